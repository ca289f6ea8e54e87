import { compareNumerals, compareText, type Numeral, numeral, type VersionScheme } from "./scheme.ts";

type Segment = Numeral | string;

const SHAPE = /^\s*(?:[0-9]+(?:\.[0-9A-Za-z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)?\s*$/;

/** RubyGems (Gem::Version): a letter makes a pre-release, a dash stands for `.pre.`. */
export const rubygems: VersionScheme<readonly Segment[]> = {
  name: "rubygems",
  parse(text) {
    if (!SHAPE.test(text)) return undefined;
    const segments = (text.trim() || "0").replaceAll("-", ".pre.").match(/[0-9]+|[A-Za-z]+/g) ?? [];
    return canonical(segments.map((segment) => (/^[0-9]/.test(segment) ? numeral(segment) : segment)));
  },
  order(a, b) {
    for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
      const order = compareSegments(a[index] ?? 0, b[index] ?? 0);
      if (order !== 0) return order;
    }
    return 0;
  },
};

/** Zeros at the end mean nothing, neither of the release nor of the pre-release. */
function canonical(segments: readonly Segment[]): readonly Segment[] {
  const firstWord = segments.findIndex((segment) => typeof segment === "string");
  if (firstWord < 0) return withoutZeros(segments);
  return [...withoutZeros(segments.slice(0, firstWord)), ...withoutZeros(segments.slice(firstWord))];
}

function withoutZeros(segments: readonly Segment[]): readonly Segment[] {
  return segments.slice(0, segments.findLastIndex((segment) => segment !== 0 && segment !== 0n) + 1);
}

function compareSegments(a: Segment, b: Segment): number {
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if (typeof a === "string") return -1;
  return typeof b === "string" ? 1 : compareNumerals(a, b);
}
