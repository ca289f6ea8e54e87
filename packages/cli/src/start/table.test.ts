import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ImageResult } from "./results.ts";
import { formatTable } from "./table.ts";

const COUNTS = { critical: 2, high: 0, medium: 11, low: 4, negligible: 0, unknown: 1, total: 18, fixable: 14 };

function result(fields: Partial<ImageResult>): ImageResult {
  return {
    reference: "a:1",
    digest: null,
    state: "Complete",
    totals: COUNTS,
    packages: [],
    findings: [],
    error: null,
    ...fields,
  };
}

describe("formatTable", () => {
  it("puts names to the left and numbers to the right, under their titles", () => {
    const text = formatTable([result({ reference: "shop/api:1.4" })], false);

    assert.equal(
      text,
      [
        "IMAGE         PACKAGES  CRITICAL  HIGH  MEDIUM  LOW  UNKNOWN  FIXABLE",
        "shop/api:1.4         0         2     0      11    4        1       14",
      ].join("\n"),
    );
  });

  it("says no data where nothing was looked up, never zero", () => {
    const row = formatTable([result({ totals: null })], false).split("\n")[1];

    assert.doesNotMatch(row ?? "", / 0 .* 0 /);
    assert.match(row ?? "", /no data/);
  });

  it("shows the state of an image that was not scanned", () => {
    assert.match(formatTable([result({ state: "Unsupported" })], false), /^a:1 +Unsupported$/m);
  });

  it("lets no control character of a name reach the terminal, and aligns coloured numbers", () => {
    const lines = formatTable([result({ reference: "a:\u001b[2J" }), result({ reference: "b:2" })], true).split("\n");

    assert.doesNotMatch(lines.join(""), /\u001b\[2J/);
    assert.equal(lines[1]?.length, lines[2]?.length);
  });
});
