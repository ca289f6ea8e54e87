import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { endOfLifeDate, isEndOfLife } from "./end-of-life.ts";

describe("the end of distributions' releases", () => {
  it("is the last day with updates, not the first without", () => {
    const bullseye = { id: "debian", versionId: "11" };

    assert.equal(isEndOfLife(bullseye, new Date("2026-08-31T23:00:00Z")), false);
    assert.equal(isEndOfLife(bullseye, new Date("2026-09-01T00:00:00Z")), true);
  });

  it("is told by minor version where a distribution ends those, else by major", () => {
    assert.equal(endOfLifeDate({ id: "alpine", versionId: "3.20.9" }), "2026-04-01");
    assert.equal(endOfLifeDate({ id: "almalinux", versionId: "8.10" }), "2029-03-01");
  });

  it("is not made up for releases that the table does not have", () => {
    for (const versionId of ["3.99.0", "edge", undefined]) {
      assert.equal(isEndOfLife({ id: "alpine", versionId }, new Date("2099-01-01")), false);
    }
    assert.equal(isEndOfLife({ id: "constructor", versionId: "1" }, new Date("2099-01-01")), false);
  });
});
