import { describe, it } from "node:test";
import { pep440 } from "./pep440.ts";
import { assertAscending, assertEqualVersions } from "./vectors.test-support.ts";

describe("PEP 440 order", () => {
  it("goes from development releases to post releases", () => {
    assertAscending(pep440, [
      "1.0.dev1",
      "1.0a1.dev1",
      "1.0a1",
      "1.0b1",
      "1.0rc1",
      "1.0",
      "1.0.post1.dev1",
      "1.0.post1",
    ]);
  });

  it("knows the other spellings", () => {
    assertEqualVersions(pep440, ["1.0c1", "1.0rc1", "1.0-preview_1", "v1.0.RC1"]);
    assertEqualVersions(pep440, ["1.0-1", "1.0.post1", "1.0r1"]);
    assertEqualVersions(pep440, ["1.0", "1.0.0", "1"]);
  });

  it("puts the epoch first and the local part last", () => {
    assertAscending(pep440, ["9.9", "1!0.1"]);
    assertAscending(pep440, ["1.0", "1.0+abc.2", "1.0+abc.10", "1.0+2"]);
  });

  it("puts legacy text below every version", () => {
    assertAscending(pep440, ["2004d-unreleased", "0.dev0"]);
  });
});
