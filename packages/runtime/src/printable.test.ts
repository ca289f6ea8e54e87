import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { printable, printableLine } from "./printable.ts";

describe("printable", () => {
  it("shows control and direction characters instead of sending them to the terminal", () => {
    assert.equal(printable("a\u001b[31mb\u202ec\u0000\r"), "a\\u001b[31mb\\u202ec\\u0000\\u000d");
  });

  it("keeps tabs and newlines, which the one-line form turns into blanks", () => {
    assert.equal(printable("a\tb\nc"), "a\tb\nc");
    assert.equal(printableLine("a\tb\nc"), "a b c");
  });
});
