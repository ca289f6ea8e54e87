import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { composer } from "./composer.ts";
import { assertAscending, assertEqualVersions } from "./vectors.test-support.ts";

describe("Composer order", () => {
  it("orders by stability within a version", () => {
    assertAscending(composer, [
      "1.0.0-dev",
      "1.0.0-alpha1",
      "1.0.0-beta2",
      "1.0.0-beta10",
      "1.0.0-RC1",
      "1.0.0",
      "1.0.0-patch1",
    ]);
  });

  it("takes a v, missing numbers and short words as their full forms", () => {
    assertEqualVersions(composer, ["v1.0", "1.0.0", "1", "1.0.0.0", "1.0.0-stable"]);
    assertEqualVersions(composer, ["1.0b2", "1.0.0-beta2"]);
  });

  it("puts a branch above its releases and a named branch outside the order", () => {
    assertAscending(composer, ["1.9.5", "1.x-dev", "2.0.0"]);
    assert.ok(composer.isOutOfOrder?.("dev-main"));
  });
});
