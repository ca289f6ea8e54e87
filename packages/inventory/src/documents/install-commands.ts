/** Packages by name, as the vendor's facts list them, each with the instruction and the command that installs it. */
export type InstalledPackages = Readonly<
  Record<string, { readonly instruction: string; readonly installCommand: string }>
>;

export interface InstallFacts {
  readonly dockerfilePackages: InstalledPackages;
  /** By `instructionId`. */
  readonly dockerfileLayers: Readonly<Record<string, { readonly instruction: string }>>;
}

const VERBS: Readonly<Record<string, readonly string[]>> = {
  apk: ["add"],
  apt: ["install"],
  "apt-get": ["install"],
  aptitude: ["install"],
  dnf: ["install"],
  microdnf: ["install"],
  yum: ["install"],
  zypper: ["install", "in"],
};
/** Options whose value is a word of its own. */
const TAKES_VALUE = /^(?:-t|-o|-X|--virtual|--target-release|--repository|--option)$/;

/** The vendor names an instruction by its text. */
export function instructionId(instruction: string): string {
  return Buffer.from(instruction).toString("base64");
}

/** What RUN instructions install by the distributions' package managers. */
export function installFacts(instructions: readonly string[]): InstallFacts {
  const packages = new Map<string, InstalledPackages[string]>();
  for (const instruction of instructions) {
    for (const command of commandsOf(instruction)) {
      for (const name of installedBy(command)) packages.set(name, { instruction, installCommand: command });
    }
  }
  const layers = [...packages.values()].map(
    ({ instruction }) => [instructionId(instruction), { instruction }] as const,
  );
  return { dockerfilePackages: Object.fromEntries(packages), dockerfileLayers: Object.fromEntries(layers) };
}

/** The shell commands of an instruction as a Dockerfile has it, or as a history line does: with its shell, and the arguments of the build. */
function commandsOf(instruction: string): string[] {
  const script = instruction
    .replace(/^RUN\s+/i, "")
    .replace(/^(?:--\w+=\S+\s+)*/, "")
    .replace(/^\|\d+ .*?(?=\/bin\/\w*sh -c )/s, "")
    .replace(/^\/bin\/\w*sh -c /, "");
  return script.split(/&&|\|\||[;\n|]/).map((command) => command.replace(/\\\s/g, " ").replace(/\s+/g, " ").trim());
}

/** Names in an install command, without versions; none where it is another one. */
function installedBy(command: string): string[] {
  const words = command.split(" ");
  while (words[0] === "sudo" || /^\w+=/.test(words[0] ?? "")) words.shift();
  const [program = "", ...rest] = words;
  if (program === "rpm")
    return rest.some((word) => /^(?:-\w*[iU]|--install|--upgrade)/.test(word)) ? namesIn(rest) : [];
  const [verb, ...names] = rest.slice(rest.findIndex((word, at) => isOperand(rest, word, at)));
  return verb !== undefined && VERBS[program]?.includes(verb) ? namesIn(names) : [];
}

function isOperand(words: readonly string[], word: string, at: number): boolean {
  return !word.startsWith("-") && !TAKES_VALUE.test(words[at - 1] ?? "");
}

function namesIn(words: readonly string[]): string[] {
  const operands = words.filter((word, at) => isOperand(words, word, at) && !/[<>]/.test(word));
  return operands
    .map((word) =>
      word
        .replace(/["']/g, "")
        .replace(/^\$/, "")
        .replace(/[=<>~].*$/, ""),
    )
    .filter(Boolean);
}
