import { compareNumerals, type Numeral, numeral, type VersionScheme } from "./scheme.ts";

/** CRAN and Hackage: numbers parted by dots or dashes; of two that begin alike the longer is newer. */
export const numbers: VersionScheme<readonly Numeral[]> = {
  name: "numbers",
  parse: (text) => (/^\d+(?:[.-]\d+)*$/.test(text) ? text.split(/[.-]/).map(numeral) : undefined),
  order(a, b) {
    for (const [index, left] of a.entries()) {
      const right = b[index];
      if (right === undefined) return 1;
      const order = compareNumerals(left, right);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  },
};
