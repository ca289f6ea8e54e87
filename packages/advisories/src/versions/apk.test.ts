import { describe, it } from "node:test";
import { apk } from "./apk.ts";
import { assertAscending, assertEqualVersions } from "./vectors.test-support.ts";

describe("apk order", () => {
  it("takes the version with more parts as newer", () => {
    assertAscending(apk, ["1.2", "1.2.0", "1.2.0.1"]);
    assertAscending(apk, ["1.1.1", "1.1.1c", "1.1.1d"]);
  });

  it("puts pre-release suffixes below and patch suffixes above the release", () => {
    assertAscending(apk, [
      "1.0_alpha",
      "1.0_alpha2",
      "1.0_beta1",
      "1.0_pre1",
      "1.0_rc1",
      "1.0",
      "1.0_cvs1",
      "1.0_git20200101",
      "1.0_p1",
    ]);
  });

  it("compares revisions by value and a missing one as zero", () => {
    assertAscending(apk, ["1.0-r9", "1.0-r10"]);
    assertEqualVersions(apk, ["1.0", "1.0-r0"]);
  });

  it("compares later parts with a leading zero as fractions", () => {
    assertAscending(apk, ["1.01", "1.1", "1.10"]);
    assertAscending(apk, ["1.06", "1.6"]);
  });
});
