import { describe, it } from "node:test";
import { go, semver } from "./semver.ts";
import { assertAscending, assertEqualVersions } from "./vectors.test-support.ts";

describe("semver order", () => {
  it("orders pre-releases as the standard's example does", () => {
    const parts = ["alpha", "alpha.1", "alpha.beta", "beta", "beta.2", "beta.11", "rc.1"];

    assertAscending(semver, [...parts.map((part) => `1.0.0-${part}`), "1.0.0"]);
  });

  it("ignores build metadata, a leading v and missing parts", () => {
    assertEqualVersions(semver, ["2.8.0", "v2.8.0", "2.8", "2.8.0+incompatible", "2.8.0.0"]);
  });

  it("takes more than three parts and numbers of any size", () => {
    assertAscending(semver, ["1.2.3", "1.2.3.4", "1.2.4", "1.2.99999999999999999998", "1.2.99999999999999999999"]);
  });
});

describe("Go order", () => {
  it("puts a pseudo-version between the tag before it and the next", () => {
    assertAscending(go, ["v1.2.3", "v1.2.4-0.20200101000000-abcdefabcdef", "v1.2.4"]);
  });

  it("reads tool chain versions", () => {
    assertAscending(go, ["go1.20.9", "go1.21rc2", "go1.21", "go1.21.1"]);
    assertEqualVersions(go, ["go1.21rc2", "1.21.0-rc.2"]);
  });
});
