import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DEFAULT_LIMITS } from "../limits.ts";
import { paced } from "./paced.ts";

const limits = { ...DEFAULT_LIMITS, minBytesPerSecond: 1_000, rateWindowMs: 10_000 };

/** Chunks of a size, each some time after it was asked for. */
function startSource(sizeBytes: number, waitMs: number, count: number) {
  const clock = { time: 0, now: () => clock.time, sleep: async () => {} };
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let number = 0; number < count; number += 1) {
      clock.time += waitMs;
      yield Buffer.alloc(sizeBytes);
    }
  }
  return { clock, source: chunks() };
}

describe("paced", () => {
  it("ends a body that comes in drops", async () => {
    const { clock, source } = startSource(1, 1_000, 100);
    let seen = 0;

    await assert.rejects(
      async () => {
        for await (const chunk of paced(source, limits, "r", clock)) seen += chunk.length;
      },
      { code: "TIMEOUT" },
    );

    assert.equal(seen, 9);
  });

  it("lets a slow reader take its time", async () => {
    const { clock, source } = startSource(2_000, 1_000, 100);
    let seen = 0;
    for await (const chunk of paced(source, limits, "r", clock)) {
      clock.time += 60_000;
      seen += chunk.length;
    }

    assert.equal(seen, 200_000);
  });
});
