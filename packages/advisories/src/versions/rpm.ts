import { compareDigits, compareNumerals, compareText, type Numeral, numeral, type VersionScheme } from "./scheme.ts";

interface RpmVersion {
  readonly epoch: Numeral;
  readonly version: readonly string[];
  readonly release: readonly string[];
}

/** RPM: `epoch:version-release`, each compared segment by segment (rpm-version(7)). */
export const rpm: VersionScheme<RpmVersion> = {
  name: "rpm",
  parse(text) {
    const parts = /^(?:(\d*):)?([^:\s]+?)(?:-([^-:\s]*))?$/.exec(text);
    if (!parts?.[2]) return undefined;
    return { epoch: numeral(parts[1] || "0"), version: segments(parts[2]), release: segments(parts[3] ?? "") };
  },
  order: (a, b) =>
    compareNumerals(a.epoch, b.epoch) || compareSegments(a.version, b.version) || compareSegments(a.release, b.release),
};

/** Digit runs, letter runs and the two marks; everything else only separates. */
function segments(text: string): readonly string[] {
  return text.match(/[0-9]+|[A-Za-z]+|~|\^/g) ?? [];
}

function compareSegments(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const [left = "", right = ""] = [a[index], b[index]];
    const rank = rankOf(left);
    if (rank !== rankOf(right)) return rank - rankOf(right);
    const order = rank === RANK.number ? compareDigits(left, right) : compareText(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

const RANK = { tilde: 0, end: 1, caret: 2, word: 3, number: 4 } as const;

function rankOf(segment: string): number {
  if (segment === "") return RANK.end;
  if (segment === "~") return RANK.tilde;
  if (segment === "^") return RANK.caret;
  return /^[0-9]/.test(segment) ? RANK.number : RANK.word;
}
