import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nextRun, nextRuns } from "./next-runs.ts";

/** A Tuesday. */
const NOW = Date.parse("2026-11-24T22:15:30Z");
const isoOf = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

describe("timetables", () => {
  it("run in UTC: hourly, daily, and weekly on Saturday at midnight", () => {
    assert.equal(isoOf(nextRun({ kind: "hourly" }, NOW)), "2026-11-24T23:00:00.000Z");
    assert.equal(isoOf(nextRun({ kind: "daily" }, NOW)), "2026-11-25T00:00:00.000Z");
    assert.equal(isoOf(nextRun({ kind: "weekly" }, NOW)), "2026-11-28T00:00:00.000Z");
  });

  it("never run with none", () => {
    assert.equal(nextRun({ kind: "none" }, NOW), null);
  });

  it("show the next five runs of a custom pattern", () => {
    const runs = nextRuns({ kind: "custom", cron: "30 4 * * 1,3" }, NOW).map(isoOf);

    assert.deepEqual(runs, [
      "2026-11-25T04:30:00.000Z",
      "2026-11-30T04:30:00.000Z",
      "2026-12-02T04:30:00.000Z",
      "2026-12-07T04:30:00.000Z",
      "2026-12-09T04:30:00.000Z",
    ]);
  });

  it("take hours from 0 to 23", () => {
    assert.equal(isoOf(nextRun({ kind: "custom", cron: "0 23 * * *" }, NOW)), "2026-11-24T23:00:00.000Z");
    assert.throws(() => nextRun({ kind: "custom", cron: "0 24 * * *" }, NOW), { code: "INPUT_INVALID" });
  });

  it("refuse what is no pattern of five fields, or never comes", () => {
    for (const cron of ["* * * *", "0 0 0 * * *", "a b c d e", "0 0 30 2 *"]) {
      assert.throws(() => nextRuns({ kind: "custom", cron }, NOW), { code: "INPUT_INVALID" }, cron);
    }
  });
});
