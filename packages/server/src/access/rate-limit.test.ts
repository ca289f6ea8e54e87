import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createRateLimit } from "./rate-limit.ts";

describe("rate limit", () => {
  const taken = (servers: number): number => {
    const limit = createRateLimit({ burst: 10, perMinute: 10, clock: { now: () => 0 }, servers: () => servers });
    let count = 0;
    try {
      for (; count < 100; count += 1) limit.take("one");
    } catch (error) {
      assert.equal((error as { code?: string }).code, "RATE_LIMITED");
    }
    return count;
  };

  it("gives out its part of the whole when several servers share the callers, and never nothing", () => {
    assert.deepEqual([1, 2, 5, 50].map(taken), [10, 5, 2, 1]);
  });
});
