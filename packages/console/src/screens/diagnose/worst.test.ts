import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { worstOf } from "./worst.ts";

describe("a part of the way", () => {
  it("is as good as the worst that was seen of it, and unknown when nothing was looked at", () => {
    const of = (...verdicts: ("pass" | "warn" | "fail" | "skipped")[]): string =>
      worstOf(verdicts.map((verdict) => ({ verdict })));

    assert.deepEqual(
      [of("pass", "skipped"), of("pass", "warn"), of("warn", "fail", "pass"), of("skipped"), of()],
      ["pass", "warn", "fail", "skipped", "skipped"],
    );
  });
});
