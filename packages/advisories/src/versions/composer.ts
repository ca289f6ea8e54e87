import { compareNumerals, type Numeral, numeral, type VersionScheme } from "./scheme.ts";

type Token = Numeral | "dev" | "alpha" | "beta" | "rc" | "patch";

/** `number` is where a plain number, or the end of the version, stands among the words. */
const RANK = { dev: 0, alpha: 1, beta: 2, rc: 3, number: 4, patch: 5 } as const;
const WORDS: Readonly<Record<string, Exclude<Token, Numeral>>> = {
  a: "alpha",
  alpha: "alpha",
  b: "beta",
  beta: "beta",
  c: "rc",
  rc: "rc",
  p: "patch",
  pl: "patch",
  patch: "patch",
};

const MODIFIER = /[._-]?(?:(stable|beta|b|rc|alpha|a|patch|pl|p)([.-]?\d*(?:[.-]\d+)*))?([.-]?dev)?/;
const CLASSIC = new RegExp(`^v?(\\d{1,5}(?:\\.\\d+){0,3})${MODIFIER.source}$`, "i");
const DATED = new RegExp(`^v?(\\d{4}(?:[.:-]?\\d{2}){1,6}(?:[.:-]?\\d{1,3}){0,2})${MODIFIER.source}$`, "i");
/** What Composer itself refuses and other tools take: a first number of any length. */
const LONG = new RegExp(`^v?(\\d+(?:\\.\\d+)*)${MODIFIER.source}$`, "i");
const BRANCH = /^v?(\d+(?:\.(?:\d+|[x*]))*?)(?:\.[x*])*[.-]?dev$/i;
/** What stands in the place of an `x` of a branch: above every release of it. */
const ANY = 9_999_999;

/** Composer: four numbers and a stability (composer/semver). `dev-` branches are no versions and fall into no range. */
export const composer: VersionScheme<readonly Token[]> = {
  name: "composer",
  parse(text) {
    const plain = text
      .trim()
      .replace(/\s+as\s.*$/is, "")
      .replace(/@[a-z]+$/i, "")
      .replace(/\+[^\s]*$/, "");
    const branch = /[x*]/i.test(plain) ? BRANCH.exec(plain)?.[1] : undefined;
    if (branch) return [...pad(branch.split("."), ANY), "dev"];
    const classic = CLASSIC.exec(plain);
    const match = classic ?? DATED.exec(plain) ?? LONG.exec(plain);
    if (!match?.[1]) return undefined;
    const parts = match[1].split(/[.:-]/);
    const numbers = classic ? pad(parts, 0) : parts.map(numeral);
    return [...numbers, ...modifier(match[2], match[3]), ...(match[4] ? ["dev" as const] : [])];
  },
  order(a, b) {
    for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
      const order = compareTokens(a[index], b[index]);
      if (order !== 0) return order;
    }
    return 0;
  },
  isOutOfOrder: (text) => /^dev-/i.test(text.trim()),
};

function pad(parts: readonly string[], filler: number): Numeral[] {
  const numbers: Numeral[] = parts.map((part) => (/^\d+$/.test(part) ? numeral(part) : ANY));
  while (numbers.length < 4) numbers.push(filler);
  return numbers;
}

function modifier(word: string | undefined, numbers: string | undefined): Token[] {
  const known = word && WORDS[word.toLowerCase()];
  if (!known) return [];
  return [known, ...(numbers?.match(/\d+/g) ?? []).map(numeral)];
}

function compareTokens(a: Token | undefined, b: Token | undefined): number {
  const rank = rankOf(a) - rankOf(b);
  if (rank !== 0) return rank;
  // Of two that are the same so far, the one with a further number is newer.
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return typeof a === "string" || typeof b === "string" ? 0 : compareNumerals(a, b);
}

function rankOf(token: Token | undefined): number {
  return typeof token === "string" ? RANK[token] : RANK.number;
}
