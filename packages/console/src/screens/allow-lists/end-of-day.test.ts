import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { endOfDay } from "./end-of-day.ts";

describe("endOfDay", () => {
  it("is the last second of that day where the reader is", () => {
    const end = new Date(endOfDay("2026-01-31"));

    assert.deepEqual([end.getFullYear(), end.getMonth(), end.getDate()], [2026, 0, 31]);
    assert.deepEqual([end.getHours(), end.getMinutes(), end.getSeconds()], [23, 59, 59]);
  });
});
