import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dpkg } from "./dpkg.ts";
import { compareVersionTexts } from "./scheme.ts";
import { assertAscending, assertEqualVersions } from "./vectors.test-support.ts";

describe("dpkg order", () => {
  it("puts a tilde before the end and letters before other characters", () => {
    assertAscending(dpkg, [
      "1.0~~",
      "1.0~",
      "1.0~rc1-1",
      "1.0-1~deb12u1",
      "1.0-1",
      "1.0-1+deb12u1",
      "1.0-1+deb12u5",
      "1.0-1+deb12u12",
    ]);
    assertAscending(dpkg, ["1.2a", "1.2+"]);
  });

  it("takes a missing epoch and an empty revision as zero", () => {
    assertEqualVersions(dpkg, ["0:1.0", "1.0", "1.0-0", "1.0-"]);
    assertAscending(dpkg, ["9.9", "1:0.1", "2:0"]);
  });

  it("compares digit runs of any length by value", () => {
    assertAscending(dpkg, ["1.9", "1.10", "1.99999999999999999998", "1.99999999999999999999"]);
    assertEqualVersions(dpkg, ["1.007", "1.7"]);
  });

  it("puts what is no version below every version, in text order", () => {
    assert.ok(compareVersionTexts(dpkg, "not a version", "0~") < 0);
    assert.ok(compareVersionTexts(dpkg, "a b", "a c") < 0);
    assert.equal(compareVersionTexts(dpkg, "", ""), 0);
  });
});
