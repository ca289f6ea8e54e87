import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dpkg } from "../versions/dpkg.ts";
import { readVersion } from "../versions/scheme.ts";
import { semver } from "../versions/semver.ts";
import { findStretch, type RangeEvent, type ReadyRange, readyRange } from "./range.ts";

function range(...events: RangeEvent[]) {
  return readyRange(semver, { k: "s", e: events });
}

function stretchOf(ready: ReadyRange, version: string) {
  return findStretch(ready, readVersion(ready.scheme, version));
}

describe("version ranges", () => {
  it("holds what stands at or above the introduction and below the fix", () => {
    const ready = range(["i", "1.0.0"], ["f", "2.0.0"]);

    assert.equal(stretchOf(ready, "0.9.0"), undefined);
    assert.deepEqual(stretchOf(ready, "1.0.0"), { introduced: "1.0.0", fixed: "2.0.0" });
    assert.deepEqual(stretchOf(ready, "2.0.0-rc.1"), { introduced: "1.0.0", fixed: "2.0.0" });
    assert.equal(stretchOf(ready, "2.0.0"), undefined);
  });

  it("walks unsorted events in version order and offers the fix of the same stretch", () => {
    const ready = range(["f", "3.1.0"], ["i", "3.0.0"], ["f", "2.4.0"], ["i", "2.0.0"]);

    assert.equal(stretchOf(ready, "2.3.9")?.fixed, "2.4.0");
    assert.equal(stretchOf(ready, "2.5.0"), undefined);
    assert.equal(stretchOf(ready, "3.0.5")?.fixed, "3.1.0");
  });

  it("counts a flaw that is brought back at the version that had fixed it", () => {
    const ready = range(["i", "1.0.0"], ["f", "1.5.0"], ["i", "1.5.0"], ["f", "1.6.0"]);

    assert.deepEqual(stretchOf(ready, "1.5.0"), { introduced: "1.5.0", fixed: "1.6.0" });
  });

  it("starts below every pre-release when introduced is 0", () => {
    assert.deepEqual(stretchOf(range(["i", "0"], ["f", "1.0.0"]), "0.0.0-alpha"), {
      introduced: "0",
      fixed: "1.0.0",
    });
  });

  it("holds the last affected version and nothing above it, without naming a fix", () => {
    const ready = range(["i", "0"], ["l", "1.5.1"]);

    assert.deepEqual(stretchOf(ready, "1.5.1"), { introduced: "0" });
    assert.equal(stretchOf(ready, "1.5.2"), undefined);
  });

  it("narrows by a limit, and not by a star", () => {
    assert.equal(stretchOf(range(["i", "0"], ["m", "2.0.0"]), "2.0.0"), undefined);
    assert.deepEqual(stretchOf(range(["i", "0"], ["m", "*"]), "9.0.0"), { introduced: "0" });
  });

  it("orders SEMVER ranges by semantic version whatever the ecosystem", () => {
    const ready = readyRange(dpkg, {
      k: "s",
      e: [
        ["i", "0"],
        ["f", "1.0.0"],
      ],
    });

    assert.deepEqual(stretchOf(ready, "1.0.0-rc.1"), { introduced: "0", fixed: "1.0.0" });
  });
});
