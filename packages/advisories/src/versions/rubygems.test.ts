import { describe, it } from "node:test";
import { rubygems } from "./rubygems.ts";
import { assertAscending, assertEqualVersions } from "./vectors.test-support.ts";

describe("RubyGems order", () => {
  it("puts versions with letters below the release", () => {
    assertAscending(rubygems, ["1.0.a", "1.0.b9", "1.0.b10", "1.0"]);
    assertAscending(rubygems, ["1.0-1", "1.0"]);
  });

  it("drops zeros at the end of both halves", () => {
    assertEqualVersions(rubygems, ["1", "1.0", "1.0.0"]);
    assertEqualVersions(rubygems, ["1.0.a", "1.a", "1.0.0.a.0"]);
  });

  it("takes four parts and numbers of any size", () => {
    assertAscending(rubygems, ["7.0.8", "7.0.8.4", "7.0.99999999999999999998", "7.0.99999999999999999999"]);
  });
});
