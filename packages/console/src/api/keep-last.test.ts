import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { keepLast } from "./keep-last.ts";

describe("keepLast", () => {
  it("drops what changed longest ago", () => {
    let map: ReadonlyMap<string, number> = new Map();
    for (const [key, value] of [
      ["a", 1],
      ["b", 2],
      ["a", 3],
      ["c", 4],
    ] as const) {
      map = keepLast(map, key, value, 2);
    }

    assert.deepEqual(
      [...map],
      [
        ["a", 3],
        ["c", 4],
      ],
    );
  });
});
