import {
  compareNumberLists,
  compareNumerals,
  compareText,
  type Numeral,
  numeral,
  type VersionScheme,
} from "./scheme.ts";

export interface SemanticVersion {
  readonly numbers: readonly Numeral[];
  /** Pre-release identifiers: numbers below words. Empty for a release. */
  readonly preRelease: readonly (Numeral | string)[];
}

const SHAPE = /^[v=\s]*(\d+(?:\.\d+)*)(?:-([0-9A-Za-z.-]*)|([A-Za-z][0-9A-Za-z.-]*))?(?:\+.*)?\s*$/s;

/** Semantic Versioning 2.0, lenient: a leading v, missing or further numbers and numbers of any size are taken. */
export const semver: VersionScheme<SemanticVersion> = { name: "semver", parse: parseSemver, order: orderSemver };

/** Go modules and the tool chain: `go1.21rc2` is 1.21.0-rc.2 (go.dev/ref/mod#versions). */
export const go: VersionScheme<SemanticVersion> = {
  name: "go",
  parse(text) {
    const tool = /^go(\d+(?:\.\d+)*)(?:(alpha|beta|rc)(\d+))?(?:[\s-].*)?$/s.exec(text);
    if (!tool) return parseSemver(text);
    return parseSemver(`${tool[1]}${tool[2] ? `-${tool[2]}.${tool[3]}` : ""}`);
  },
  order: orderSemver,
};

export function parseSemver(text: string): SemanticVersion | undefined {
  const match = SHAPE.exec(text);
  if (!match?.[1]) return undefined;
  return { numbers: match[1].split(".").map(numeral), preRelease: parseIdentifiers(match[2] ?? match[3]) };
}

function parseIdentifiers(text: string | undefined): (Numeral | string)[] {
  if (!text) return [];
  return text.split(".").map((part) => (/^\d+$/.test(part) ? numeral(part) : part));
}

export function orderSemver(a: SemanticVersion, b: SemanticVersion): number {
  return compareNumberLists(a.numbers, b.numbers) || orderPreReleases(a.preRelease, b.preRelease);
}

/** A release is above its pre-releases; of two pre-releases the longer is above when it begins with the other. */
function orderPreReleases(a: SemanticVersion["preRelease"], b: SemanticVersion["preRelease"]): number {
  if (a.length === 0 || b.length === 0) return Math.sign(b.length - a.length);
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    const order = orderIdentifiers(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function orderIdentifiers(a: Numeral | string, b: Numeral | string): number {
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if (typeof a === "string") return 1;
  if (typeof b === "string") return -1;
  return compareNumerals(a, b);
}
