import { describe, it } from "node:test";
import { maven } from "./maven.ts";
import { assertAscending, assertEqualVersions } from "./vectors.test-support.ts";

describe("Maven order", () => {
  it("knows the words that lead to a release and those after it", () => {
    const words = ["alpha-1", "beta-1", "milestone-1", "rc1", "SNAPSHOT"];

    assertAscending(maven, [...words.map((word) => `1.0-${word}`), "1.0", "1.0-sp-1", "1.0-xyz", "1.0-1"]);
  });

  it("takes the words of a release, and other spellings, as equal", () => {
    assertEqualVersions(maven, ["1.0", "1.0.Final", "1.0-ga", "1", "1.0.0"]);
    assertEqualVersions(maven, ["1.0-cr1", "1.0-rc1"]);
    assertEqualVersions(maven, ["1.0a1", "1.0-alpha-1"]);
  });

  it("orders unknown words by text and more numbers above", () => {
    assertAscending(maven, ["32.0.0-android", "32.0.0-jre"]);
    assertAscending(maven, ["2.9.10", "2.9.10.4", "2.9.10.8"]);
  });
});
