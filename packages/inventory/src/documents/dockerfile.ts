import { type InstallFacts, installFacts } from "./install-commands.ts";

/** What the vendor tells of a Dockerfile. */
export interface DockerfileAnalysis extends InstallFacts {
  /** The image that the last stage is built upon. */
  readonly baseImage?: string;
  readonly error?: { readonly code: "BASE_IMAGE_NAME_NOT_FOUND" | "BASE_IMAGE_NON_RESOLVABLE" };
}

/** Base image and installed packages of a Dockerfile (Dockerfile reference: ARG, ENV, FROM and RUN; line continuations). */
export function analyseDockerfile(text: string): DockerfileAnalysis {
  const reader = new DockerfileReader();
  for (const line of linesOf(text)) {
    const [, word = "", rest = ""] = /^([a-z]+)\s+(.*)$/is.exec(line) ?? [];
    reader.take(word.toUpperCase(), rest);
  }
  return reader.analysis;
}

class DockerfileReader {
  /** Of ARG lines before the first FROM: for FROM lines, and for stages that name them again. */
  readonly #global = new Map<string, string>();
  readonly #stages = new Map<string, string | undefined>();
  readonly #runs: string[] = [];
  #local = this.#global;
  #hasBase = false;
  #base: string | undefined;

  take(word: string, rest: string): void {
    if (word === "ARG" || word === "ENV") this.#assign(rest);
    else if (word === "FROM") this.#startStage(rest);
    else if (word === "RUN") this.#runs.push(`RUN ${fill(rest, this.#local, () => "")}`);
  }

  get analysis(): DockerfileAnalysis {
    const code = this.#hasBase ? "BASE_IMAGE_NON_RESOLVABLE" : "BASE_IMAGE_NAME_NOT_FOUND";
    return { ...(this.#base ? { baseImage: this.#base } : { error: { code } }), ...installFacts(this.#runs) };
  }

  /** `NAME=value ...`, `NAME value`, or a name alone, which takes up the value from before the first stage. */
  #assign(rest: string): void {
    const pairs = [...rest.matchAll(/(\w+)=("[^"]*"|'[^']*'|\S*)/g)].map(([, key = "", value = ""]) => [key, value]);
    const [, name = "", value] = /^(\w+)(?:\s+(.*))?$/s.exec(rest) ?? [];
    const alone = name ? [[name, value ?? this.#global.get(name) ?? ""]] : [];
    for (const [key = "", text = ""] of pairs.length > 0 ? pairs : alone) {
      this.#local.set(
        key,
        fill(text.replace(/^(["'])(.*)\1$/s, "$2"), this.#local, () => ""),
      );
    }
  }

  #startStage(rest: string): void {
    const [name = "", as, alias] = rest.split(/\s+/).filter((part) => !part.startsWith("--"));
    let isKnown = true;
    const filled = fill(name, this.#global, () => {
      isKnown = false;
      return "";
    });
    const image = this.#stages.has(filled) ? this.#stages.get(filled) : isKnown ? filled : undefined;
    if (as?.toUpperCase() === "AS" && alias) this.#stages.set(alias, image);
    this.#base = image;
    this.#hasBase = true;
    this.#local = new Map();
  }
}

/** Without comments; a backslash at its end joins a line with the next. */
function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*#/.test(line));
  return lines
    .join("\n")
    .replace(/\\[ \t]*\n/g, " ")
    .split("\n")
    .map((line) => line.trim());
}

/** `$NAME`, `${NAME}` and `${NAME:-default}`. */
function fill(text: string, known: ReadonlyMap<string, string>, missing: () => string): string {
  return text.replace(
    /\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))/g,
    (_, braced?: string, fallback?: string, bare?: string) => {
      return known.get(braced ?? bare ?? "") || (fallback ?? missing());
    },
  );
}
