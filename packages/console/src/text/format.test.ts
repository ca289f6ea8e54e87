import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatAge, formatBytes, formatSeconds, formatUtc, shortDigest } from "./format.ts";

describe("formats", () => {
  it("counts bytes in thousands", () => {
    assert.deepEqual(
      [0, 999, 1_500, 41_200_000, 312_000_000, 1_234_000_000].map((bytes) => formatBytes("en", bytes)),
      ["0 B", "999 B", "1.5 kB", "41.2 MB", "312 MB", "1.2 GB"],
    );
  });

  it("says durations in the unit that a person would take", () => {
    assert.deepEqual(
      [0.84, 42, 185, 7_800].map((seconds) => formatSeconds("en", seconds)),
      ["0.8 s", "42 s", "3 min 05 s", "2 h 10 min"],
    );
    assert.equal(formatSeconds("ko", 185), "3분 05초");
  });

  it("says how long ago, and how long until", () => {
    const now = Date.parse("2026-03-01T12:00:00Z");

    assert.equal(formatAge("en", "2026-03-01T09:00:00Z", now), "3 hr. ago");
    assert.equal(formatAge("en", "2026-03-03T12:00:00Z", now), "in 2 days");
    assert.equal(formatAge("ko", "2026-03-01T11:58:00Z", now), "2분 전");
  });

  it("writes UTC without the reader's zone", () => {
    assert.equal(formatUtc("2026-01-31T09:05:00.000Z"), "2026-01-31 09:05:00 UTC");
  });

  it("shortens a digest to what people compare", () => {
    assert.equal(shortDigest(`sha256:${"7a3c".repeat(16)}`), "7a3c7a3c7a3c");
  });
});
