import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Counts } from "../../api/types/index.ts";
import { weekChange } from "./trend.ts";

const counts = (critical: number): Counts => ({
  critical,
  high: 0,
  medium: 0,
  low: 0,
  negligible: 0,
  none: 0,
  unknown: 0,
  total: critical,
  fixable: 0,
});

describe("weekChange", () => {
  it("compares with the last recorded day that is at least a week old", () => {
    const items = [
      { day: "2026-01-01", counts: counts(9) },
      { day: "2026-01-03", counts: counts(5) },
      { day: "2026-01-09", counts: counts(1) },
    ];

    const change = weekChange(items, counts(2), "2026-01-11T09:00:00Z");

    assert.equal(change?.critical, -3);
    assert.equal(change?.high, 0);
  });

  it("says nothing in the first week", () => {
    assert.equal(weekChange([{ day: "2026-01-09", counts: counts(1) }], counts(2), "2026-01-11T00:00:00Z"), undefined);
  });
});
