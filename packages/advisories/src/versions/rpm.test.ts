import { describe, it } from "node:test";
import { rpm } from "./rpm.ts";
import { assertAscending, assertEqualVersions } from "./vectors.test-support.ts";

describe("rpm order", () => {
  it("puts a tilde before the end and a caret after it, but before more", () => {
    assertAscending(rpm, ["1.0~rc1", "1.0", "1.0^git1", "1.0.1"]);
  });

  it("compares segments whatever parts them, numbers above letters", () => {
    assertEqualVersions(rpm, ["1.05", "1.5", "1_5"]);
    assertAscending(rpm, ["1.a", "1.0"]);
  });

  it("goes on to the release and takes a missing epoch as zero", () => {
    assertAscending(rpm, ["1:3.0.7-6.el9_2", "1:3.0.7-16.el9_2"]);
    assertEqualVersions(rpm, ["0:1.0-1", "1.0-1"]);
    assertAscending(rpm, ["9.9-1", "1:0.1-1"]);
  });
});
