import { compareNumerals, compareText, numeral, type VersionScheme } from "./scheme.ts";

/** Kinds of parts in the order in which they may follow one another; where one version goes on and the other has
 * a later kind, the one with the earlier kind is newer. */
const KIND = { number: 0, letter: 1, suffix: 2, hash: 3, revision: 4, end: 5 } as const;
/** Suffixes before `p` mark what comes before the release, the others what comes after. */
const SUFFIXES = ["alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p"];
const NO_SUFFIX = SUFFIXES.indexOf("");
const SHAPE = /^(\d+(?:\.\d+)*)([a-z])?((?:_[a-z]+\d*)*)(~[0-9a-f]+)?(-r\d+)?$/;

interface Part {
  readonly kind: number;
  readonly text: string;
  /** Place among the suffixes. */
  readonly rank: number;
}

/** Alpine (apk-package(5), "pkgver"). */
export const apk: VersionScheme<readonly Part[]> = {
  name: "apk",
  parse(text) {
    const match = SHAPE.exec(text);
    if (!match) return undefined;
    const [, numbers = "", letter, suffixes = "", hash, revision] = match;
    const parts = numbers.split(".").map((number) => part(KIND.number, number));
    if (letter) parts.push(part(KIND.letter, letter));
    for (const [, name = "", number = ""] of suffixes.matchAll(/_([a-z]+)(\d*)/g)) {
      const rank = SUFFIXES.indexOf(name);
      if (rank < 0) return undefined;
      parts.push({ kind: KIND.suffix, text: number || "0", rank });
    }
    if (hash) parts.push(part(KIND.hash, hash));
    parts.push(part(KIND.revision, revision?.slice(2) ?? "0"));
    return parts;
  },
  order(a, b) {
    for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
      const [left, right] = [a[index] ?? END, b[index] ?? END];
      const order = left.kind === right.kind ? compareParts(left, right, index) : compareKinds(left, right);
      if (order !== 0) return order;
    }
    return 0;
  },
};

const END: Part = { kind: KIND.end, text: "", rank: NO_SUFFIX };

function part(kind: number, text: string): Part {
  return { kind, text, rank: NO_SUFFIX };
}

function compareParts(a: Part, b: Part, index: number): number {
  if (a.kind === KIND.letter || a.kind === KIND.hash) return compareText(a.text, b.text);
  if (a.rank !== b.rank) return a.rank - b.rank;
  // Only the first number is a number for certain: after it a leading zero makes a decimal fraction.
  const isFraction = a.kind === KIND.number && index > 0 && (a.text.startsWith("0") || b.text.startsWith("0"));
  return isFraction ? compareText(a.text, b.text) : compareNumerals(numeral(a.text), numeral(b.text));
}

/** The version that goes on is newer, unless it goes on with a mark of what comes before the release. */
function compareKinds(a: Part, b: Part): number {
  if (a.kind === KIND.suffix && a.rank < NO_SUFFIX) return -1;
  if (b.kind === KIND.suffix && b.rank < NO_SUFFIX) return 1;
  return b.kind - a.kind;
}
