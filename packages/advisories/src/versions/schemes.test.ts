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

describe("every version order", () => {
  for (const scheme of Object.values(VERSION_SCHEMES)) {
    const compare = (a: string, b: string): number => Math.sign(compareVersionTexts(scheme, a, b));

    it(`is total and antisymmetric for ${scheme.name}`, () => {
      fc.assert(
        fc.property(version, version, (a, b) => {
          assert.equal(compare(a, a), 0);
          assert.equal(compare(a, b) + compare(b, a), 0);
        }),
        { numRuns: 500 },
      );
    });

    it(`is transitive for ${scheme.name}`, () => {
      fc.assert(
        fc.property(version, version, version, (a, b, c) => {
          if (compare(a, b) <= 0 && compare(b, c) <= 0) assert.ok(compare(a, c) <= 0, `${a} <= ${b} <= ${c}`);
        }),
        { numRuns: 1_500 },
      );
    });
  }
});
