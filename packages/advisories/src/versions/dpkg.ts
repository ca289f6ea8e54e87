import { compareDigits, compareNumerals, type Numeral, numeral, type VersionScheme } from "./scheme.ts";

interface DebianVersion {
  readonly epoch: Numeral;
  readonly upstream: string;
  readonly revision: string;
}

/** Debian and Ubuntu: `epoch:upstream-revision` (deb-version(7)). */
export const dpkg: VersionScheme<DebianVersion> = {
  name: "dpkg",
  parse(text) {
    const parts = /^\s*(?:(\d+):)?([A-Za-z0-9.+~:-]+?)(?:-([A-Za-z0-9.+~]*))?\s*$/.exec(text);
    if (!parts?.[2]) return undefined;
    return { epoch: numeral(parts[1] ?? "0"), upstream: parts[2], revision: parts[3] ?? "" };
  },
  order: (a, b) =>
    compareNumerals(a.epoch, b.epoch) || compareRuns(a.upstream, b.upstream) || compareRuns(a.revision, b.revision),
};

/** Non-digit and digit runs in turn, the former by dpkg's letter order, the latter by value. */
function compareRuns(a: string, b: string): number {
  let [left, right] = [0, 0];
  while (left < a.length || right < b.length) {
    while (isNonDigit(a, left) || isNonDigit(b, right)) {
      const order = weight(a, left) - weight(b, right);
      if (order !== 0) return order;
      left += 1;
      right += 1;
    }
    const [leftEnd, rightEnd] = [digitsEnd(a, left), digitsEnd(b, right)];
    const order = compareDigits(a.slice(left, leftEnd), b.slice(right, rightEnd));
    if (order !== 0) return order;
    left = leftEnd;
    right = rightEnd;
  }
  return 0;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isNonDigit(text: string, at: number): boolean {
  return at < text.length && !isDigit(text.charCodeAt(at));
}

function digitsEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && isDigit(text.charCodeAt(end))) end += 1;
  return end;
}

/** A tilde stands before the end of the text, the end before letters, letters before everything else. */
function weight(text: string, at: number): number {
  if (at >= text.length) return 0;
  const code = text.charCodeAt(at);
  if (isDigit(code)) return 0;
  if (code === 126) return -1;
  const isLetter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  return isLetter ? code : code + 256;
}
