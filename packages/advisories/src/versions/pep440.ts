import {
  compareNumberLists,
  compareNumerals,
  compareText,
  type Numeral,
  numeral,
  type VersionScheme,
} from "./scheme.ts";

interface PythonVersion {
  readonly epoch: Numeral;
  readonly release: readonly Numeral[];
  /** Phase and number of a pre-release; see `PHASE`. */
  readonly phase: number;
  readonly phaseNumber: Numeral;
  /** -1 where there is none. */
  readonly post: Numeral;
  /** Infinity where there is none: a development release comes before what it leads to. */
  readonly dev: Numeral;
  readonly local: readonly (Numeral | string)[] | undefined;
}

/** A development release of the version itself comes before its alphas; the version itself after its candidates. */
const PHASE = { dev: 0, a: 1, b: 2, rc: 3, final: 4 } as const;
const PHASES: Readonly<Record<string, keyof typeof PHASE>> = {
  a: "a",
  alpha: "a",
  b: "b",
  beta: "b",
  c: "rc",
  rc: "rc",
  pre: "rc",
  preview: "rc",
};

const SHAPE = new RegExp(
  [
    /^\s*v?(?:(?<epoch>\d+)!)?(?<release>\d+(?:\.\d+)*)/,
    /(?:[-_.]?(?<phase>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<phaseNumber>\d+)?)?/,
    /(?:-(?<implicitPost>\d+)|(?<post>[-_.]?(?:post|rev|r)[-_.]?(?<postNumber>\d+)?))?/,
    /(?<dev>[-_.]?dev[-_.]?(?<devNumber>\d+)?)?/,
    /(?:\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*$/,
  ]
    .map(({ source }) => source)
    .join(""),
  "i",
);

/** Python packages (PEP 440, now "Version specifiers" of the Python packaging guide). */
export const pep440: VersionScheme<PythonVersion> = {
  name: "pep440",
  parse(text) {
    const parts = SHAPE.exec(text)?.groups;
    if (!parts?.release) return undefined;
    const { implicitPost, postNumber = "0", devNumber = "0" } = parts;
    const post = implicitPost ?? (parts.post ? postNumber : undefined);
    return {
      epoch: numeral(parts.epoch ?? "0"),
      release: parts.release.split(".").map(numeral),
      phase: phaseOf(parts.phase, post !== undefined, parts.dev !== undefined),
      phaseNumber: numeral(parts.phaseNumber ?? "0"),
      post: post === undefined ? -1 : numeral(post),
      dev: parts.dev ? numeral(devNumber) : Number.POSITIVE_INFINITY,
      local: parts.local?.toLowerCase().split(/[-_.]/).map(readLocal),
    };
  },
  order: (a, b) =>
    compareNumerals(a.epoch, b.epoch) ||
    compareNumberLists(a.release, b.release) ||
    a.phase - b.phase ||
    compareNumerals(a.phaseNumber, b.phaseNumber) ||
    compareNumerals(a.post, b.post) ||
    compareNumerals(a.dev, b.dev) ||
    compareLocals(a.local, b.local),
};

function phaseOf(phase: string | undefined, isPost: boolean, isDev: boolean): number {
  if (phase) return PHASE[PHASES[phase.toLowerCase()] ?? "rc"];
  return isDev && !isPost ? PHASE.dev : PHASE.final;
}

function readLocal(part: string): Numeral | string {
  return /^\d+$/.test(part) ? numeral(part) : part;
}

/** No local part is below any; numbers are above words. */
function compareLocals(a: PythonVersion["local"], b: PythonVersion["local"]): number {
  if (!a || !b) return Number(Boolean(a)) - Number(Boolean(b));
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    const order = compareLocalParts(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareLocalParts(a: Numeral | string, b: Numeral | string): number {
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if (typeof a === "string") return -1;
  return typeof b === "string" ? 1 : compareNumerals(a, b);
}
