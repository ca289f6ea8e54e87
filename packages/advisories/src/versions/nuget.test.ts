import { describe, it } from "node:test";
import { nuget } from "./nuget.ts";
import { assertAscending, assertEqualVersions } from "./vectors.test-support.ts";

describe("NuGet order", () => {
  it("takes missing numbers as zero and ignores build metadata", () => {
    assertEqualVersions(nuget, ["1.0.0", "1.0.0.0", "1.0", "1.0.0+abc"]);
    assertAscending(nuget, ["1.0.0", "1.0.0.1", "1.0.1"]);
  });

  it("compares pre-releases without regard to case", () => {
    assertEqualVersions(nuget, ["1.0.0-BETA", "1.0.0-beta"]);
    assertAscending(nuget, ["1.0.0-alpha.2", "1.0.0-alpha.10", "1.0.0-Beta", "1.0.0"]);
  });
});
