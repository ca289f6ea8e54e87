import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createPoolFor } from "./pool-for.ts";

const layersOf = (...sizes: readonly number[]): Parameters<typeof createPoolFor>[0] => ({
  layers: sizes.map((size, index) => ({ mediaType: "layer", digest: `sha256:${index}`, size })),
});
const MB = 1024 * 1024;

describe("createPoolFor", () => {
  it("starts no threads for a small image, a single layer or a budget of one layer", () => {
    const pools = [
      createPoolFor(layersOf(MB, MB), { memoryBytes: 256 * MB }),
      createPoolFor(layersOf(900 * MB), { memoryBytes: 256 * MB }),
      createPoolFor(layersOf(900 * MB, 900 * MB), { memoryBytes: 64 * MB }),
    ];

    assert.deepEqual(pools, [undefined, undefined, undefined]);
  });
});
