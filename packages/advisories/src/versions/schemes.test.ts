import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { compareVersionTexts } from "./scheme.ts";
import { VERSION_SCHEMES } from "./schemes.ts";

/** Text that looks like versions often enough to reach the details, and any text at all. */
const piece = fc.constantFrom(
  "1",
  "0",
  "2",
  "10",
  "01",
  ".",
  "-",
  "~",
  "^",
  "+",
  "_",
  ":",
  "!",
  "a",
  "rc",
  "beta",
  "alpha",
  "dev",
  "p",
  "x",
  "v",
  "final",
  "99999999999999999999",
); // the alphabet of all schemes
const version = fc.oneof(
  { weight: 9, arbitrary: fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join("")) },
  { weight: 1, arbitrary: fc.string() },
);

/**
 * Maven's own order goes in circles for words between dots (1 < 1.x-1 < 1-rc1 < 1), and following it is the point; over
 * versions as they are published it is an order.
 */
const mavenVersion = fc
  .tuple(
    fc.array(fc.constantFrom("0", "1", "2", "10"), { minLength: 1, maxLength: 4 }),
    fc.constantFrom("", "-alpha", "-beta", "-rc", "-SNAPSHOT", ".Final", "-jre", "-android", "-sp"),
    fc.constantFrom("", "1", "-1", "2", "10"),
  )
  .map(([numbers, word, number]) => numbers.join(".") + word + number);

/** What makes careless patterns try every way of splitting the text. */
const HOSTILE = ["1", "1.", "1-", "a", "1a", "-", ".", "~", "1-beta", "_p", "1:"].map(
  (part) => `1.0-beta${part.repeat(400)}!`,
);

describe("every version order", () => {
  it("ends soon for long texts that nearly are versions", () => {
    for (const scheme of Object.values(VERSION_SCHEMES)) {
      for (const text of HOSTILE) assert.ok(Math.abs(compareVersionTexts(scheme, text, `${text}?`)) >= 0);
    }
  });

  for (const scheme of Object.values(VERSION_SCHEMES)) {
    const compare = (a: string, b: string): number => Math.sign(compareVersionTexts(scheme, a, b));
    const ordered = scheme.name === "maven" ? mavenVersion : version;

    it(`is total and antisymmetric for ${scheme.name}`, () => {
      const property = fc.property(
        version,
        version,
        (a, b) => compare(a, a) === 0 && compare(a, b) + compare(b, a) === 0,
      );

      fc.assert(property, { numRuns: 500 });
    });

    it(`is transitive for ${scheme.name}`, () => {
      const property = fc.property(ordered, ordered, ordered, (a, b, c) => {
        const [low, middle, high] = [a, b, c].sort(compare);
        return (
          compare(low ?? "", middle ?? "") <= 0 &&
          compare(middle ?? "", high ?? "") <= 0 &&
          compare(low ?? "", high ?? "") <= 0
        );
      });

      fc.assert(property, { numRuns: 1_000 });
    });
  }
});
