import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { redialDelay } from "./redial.ts";

describe("redial delay", () => {
  it("is none after a good connection was lost", () => {
    assert.equal(
      redialDelay(0, 0, 60_000, () => 1),
      0,
    );
  });

  it("stays below a second in a short outage, below three in half a minute, and below the cap for ever", () => {
    const longest = [2_000, 30_000, 3_600_000].map((outageMs) => redialDelay(5, outageMs, 60_000, () => 1));

    assert.deepEqual(longest, [400, 2_500, 60_000]);
  });

  it("uses the whole window", () => {
    assert.deepEqual(
      [0, 0.5, 1].map((random) => redialDelay(1, 24_000, 60_000, () => random)),
      [0, 1_000, 2_000],
    );
  });
});
