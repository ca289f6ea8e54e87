import { compareNumerals, compareText, type Numeral, numeral, type VersionScheme } from "./scheme.ts";

type Item = Numeral | string | readonly Item[];

/** Known words, lowest first; the empty one is the release itself. Any other word stands above them all. */
const QUALIFIERS = ["alpha", "beta", "milestone", "rc", "snapshot", "", "sp"];
const SYNONYMS: Readonly<Record<string, string>> = { ga: "", final: "", release: "", cr: "rc" };
/** Short forms count only when a digit follows at once. */
const SHORT: Readonly<Record<string, string>> = { a: "alpha", b: "beta", m: "milestone" };

/** Maven (POM reference, "Version Order Specification"): nested lists, opened by dashes and by changes between digits and letters. */
export const maven: VersionScheme<readonly Item[]> = {
  name: "maven",
  parse: (text) => (/^\s*$/.test(text) ? undefined : parseItems(text.trim().toLowerCase())),
  order: (a, b) => compareItems(a, b),
};

interface Piece {
  readonly text: string;
  readonly isWord: boolean;
  /** True when a dash or a change of kind stands before it, false for a dot or the start. */
  readonly opensList: boolean;
  /** True for a word whose next character is a digit. */
  readonly isGlued: boolean;
}

function parseItems(text: string): readonly Item[] {
  const root: Item[] = [];
  const lists: Item[][] = [root];
  const pieces = splitPieces(text);
  for (const [index, { text: piece, isWord, opensList, isGlued }] of pieces.entries()) {
    const current = lists.at(-1) ?? root;
    // A word before a digit or at the end is taken as if a dash stood before it: 1.0.x1 is 1.0-x1.
    const standsApart = isWord && (isGlued || (index === pieces.length - 1 && !/[.-]$/.test(text)));
    if ((opensList || standsApart) && current.length > 0) openList(lists, current);
    (lists.at(-1) ?? root).push(isWord ? readWord(piece, isGlued) : numeral(piece));
  }
  for (const list of lists.toReversed()) trim(list);
  return root;
}

function openList(lists: Item[][], parent: Item[]): void {
  const list: Item[] = [];
  parent.push(list);
  lists.push(list);
}

/** Pieces between dots, dashes and changes of kind; an empty one is a zero, but nothing at the end. */
function splitPieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  const parts = text.replace(/[.-]$/, "").split(/([.-])/);
  for (let index = 0; index < parts.length; index += 2) {
    const runs = parts[index]?.match(/[0-9]+|[^0-9]+/g) ?? ["0"];
    for (const [place, run] of runs.entries()) {
      const isWord = !/^[0-9]/.test(run);
      const opensList = place > 0 || parts[index - 1] === "-";
      pieces.push({ text: run, isWord, opensList, isGlued: isWord && place < runs.length - 1 });
    }
  }
  return pieces;
}

function readWord(text: string, isBeforeDigit: boolean): string {
  const long = isBeforeDigit ? (SHORT[text] ?? text) : text;
  return SYNONYMS[long] ?? long;
}

/** Drops what counts as nothing from the end, also from before lists. */
function trim(list: Item[]): void {
  for (let index = list.length - 1; index >= 0; index -= 1) {
    const item = list[index] ?? 0;
    if (isNothing(item)) list.splice(index, 1);
    else if (!Array.isArray(item)) break;
  }
}

function isNothing(item: Item): boolean {
  return Array.isArray(item) ? item.length === 0 : item === 0 || item === 0n || item === "";
}

function compareItems(a: readonly Item[], b: readonly Item[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const order = compareItem(a[index], b[index]);
    if (order !== 0) return order;
  }
  return 0;
}

/** Words stand below lists, lists below numbers; what is missing counts as the release. */
function compareItem(a: Item | undefined, b: Item | undefined): number {
  if (a === undefined) return b === undefined ? 0 : -compareToNothing(b);
  if (b === undefined) return compareToNothing(a);
  if (Array.isArray(a)) return Array.isArray(b) ? compareItems(a, b) : typeof b === "string" ? 1 : -1;
  if (typeof a === "string") return typeof b === "string" ? compareWords(a, b) : -1;
  return typeof b === "string" || Array.isArray(b) ? 1 : compareNumerals(a as Numeral, b as Numeral);
}

function compareToNothing(item: Item): number {
  if (Array.isArray(item)) {
    for (const inner of item) {
      const order = compareToNothing(inner);
      if (order !== 0) return order;
    }
    return 0;
  }
  return typeof item === "string" ? compareWords(item, "") : compareNumerals(item as Numeral, 0);
}

function compareWords(a: string, b: string): number {
  const [left, right] = [QUALIFIERS.indexOf(a), QUALIFIERS.indexOf(b)];
  if (left >= 0 || right >= 0) return (left < 0 ? QUALIFIERS.length : left) - (right < 0 ? QUALIFIERS.length : right);
  return compareText(a, b);
}
