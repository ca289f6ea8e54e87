import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { csvLine } from "./csv.ts";

describe("CSV", () => {
  it("quotes what holds commas, quotes and line ends", () => {
    assert.equal(csvLine(["a,b", 'say "no"', "x\ny", 3, null, true]), '"a,b","say ""no""","x\ny",3,,true\r\n');
  });

  it("keeps a spreadsheet from taking text for a formula", () => {
    for (const text of ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"]) {
      assert.ok(csvLine([text]).startsWith("'"), text);
    }
  });
});
