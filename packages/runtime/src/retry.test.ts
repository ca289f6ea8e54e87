import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Clock } from "./clock.ts";
import { BrokerError } from "./errors.ts";
import { parseRetryAfter, retry, retryDelay } from "./retry.ts";

function recordingClock(): Clock & { sleeps: number[] } {
  const sleeps: number[] = [];
  return { sleeps, now: () => 0, sleep: async (ms) => void sleeps.push(ms) };
}

describe("retry", () => {
  it("tries again after retryable errors and gives the first good answer", async () => {
    const clock = recordingClock();

    const answer = await retry(
      async (attempt) => {
        if (attempt < 3) throw new BrokerError("REGISTRY_UNAVAILABLE", "503");
        return attempt;
      },
      { clock, random: () => 1 },
    );

    assert.equal(answer, 3);
    assert.deepEqual(clock.sleeps, [500, 1000]);
  });

  it("does not try again after an error that nobody but a person can mend", async () => {
    let tries = 0;
    const work = retry(async () => {
      tries += 1;
      throw new BrokerError("REGISTRY_UNAUTHORIZED", "401");
    });

    await assert.rejects(work, { code: "REGISTRY_UNAUTHORIZED" });
    assert.equal(tries, 1);
  });

  it("waits as long as the other side asks, unless that is too long", async () => {
    const clock = recordingClock();
    const limited = (retryAfterMs: number) =>
      retry(
        async (attempt) => {
          if (attempt === 1) throw new BrokerError("REGISTRY_RATE_LIMITED", "429", { retryAfterMs });
        },
        { clock, random: () => 0 },
      );

    await limited(7_000);
    await assert.rejects(limited(3_600_000), { code: "REGISTRY_RATE_LIMITED" });

    assert.deepEqual(clock.sleeps, [7_000]);
  });

  it("ends at once when the signal has fired", async () => {
    const work = retry(async () => assert.fail("not to be called"), { signal: AbortSignal.abort() });

    await assert.rejects(work, { name: "AbortError" });
  });
});

describe("retryDelay", () => {
  it("grows by doubling up to the cap and is jittered in full", () => {
    const policy = { attempts: 9, baseMs: 100, capMs: 1_000 };

    assert.deepEqual(
      [1, 2, 4, 5, 99].map((attempt) => retryDelay(attempt, policy, () => 1)),
      [100, 200, 800, 1_000, 1_000],
    );
    assert.equal(
      retryDelay(9, policy, () => 0),
      0,
    );
  });
});

describe("parseRetryAfter", () => {
  it("reads seconds and HTTP dates, and nothing else", () => {
    const now = Date.parse("2026-01-01T00:00:00Z");

    assert.equal(parseRetryAfter("120", now), 120_000);
    assert.equal(parseRetryAfter("Thu, 01 Jan 2026 00:00:30 GMT", now), 30_000);
    assert.equal(parseRetryAfter("soon", now), undefined);
  });
});
