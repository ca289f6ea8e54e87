/** Longest version text that is looked into; anything beyond is no version of a real package. */
const MAX_LENGTH = 1024;

/** Version order of one ecosystem. Total and never throwing. */
export interface VersionScheme<T> {
  readonly name: string;
  /** The parts that order compares, or undefined when the text is no version of this scheme. */
  parse(text: string): T | undefined;
  /** Negative, zero or positive, for two texts that could be parsed. */
  order(a: T, b: T): number;
  /** True for names that stand outside the order and fall into no range, such as a branch. */
  isOutOfOrder?(text: string): boolean;
}

/** A version read once and compared often. */
export interface Version<T> {
  readonly text: string;
  readonly parts: T | undefined;
}

export function readVersion<T>(scheme: VersionScheme<T>, text: string): Version<T> {
  return { text, parts: text.length > MAX_LENGTH ? undefined : scheme.parse(text) };
}

export type VersionReader = (scheme: VersionScheme<unknown>, text: string) => Version<unknown>;

/** Reads each version once: ranges of one package name the same few again and again. */
export function createVersionReader(): VersionReader {
  const known = new Map<VersionScheme<unknown>, Map<string, Version<unknown>>>();
  return (scheme, text) => {
    let versions = known.get(scheme);
    if (!versions) {
      versions = new Map();
      known.set(scheme, versions);
    }
    let version = versions.get(text);
    if (!version) {
      version = readVersion(scheme, text);
      versions.set(text, version);
    }
    return version;
  };
}

/** Order of two versions. What cannot be parsed stands below what can, and in text order among itself. */
export function compareVersions<T>(scheme: VersionScheme<T>, a: Version<T>, b: Version<T>): number {
  if (a.parts !== undefined && b.parts !== undefined) return scheme.order(a.parts, b.parts);
  if (a.parts !== undefined) return 1;
  if (b.parts !== undefined) return -1;
  return compareText(a.text, b.text);
}

/** Compares two version texts: for single questions; matching reads each version once instead. */
export function compareVersionTexts<T>(scheme: VersionScheme<T>, a: string, b: string): number {
  return compareVersions(scheme, readVersion(scheme, a), readVersion(scheme, b));
}

/** Order of code units, the same in every locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A whole number of any length. Both kinds compare with `<` and `>`; `===` is for equal kinds only. */
export type Numeral = number | bigint;

/** Digits as a number while it is exact, else as a bigint: bigints are slow, and long versions rare. */
export function numeral(digits: string): Numeral {
  return digits.length < 16 ? Number(digits) : BigInt(digits);
}

export function compareNumerals(a: Numeral, b: Numeral): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

/** Compares lists of numbers; a missing one counts as zero. */
export function compareNumberLists(a: readonly Numeral[], b: readonly Numeral[]): number {
  const length = Math.max(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const order = compareNumerals(a[index] ?? 0, b[index] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

/** Digit runs of any length by value, without making numbers of them. */
export function compareDigits(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")];
  if (left.length !== right.length) return left.length - right.length;
  return compareText(left, right);
}
