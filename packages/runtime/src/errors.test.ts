import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BrokerError, formatProblem, systemCode, toBrokerError } from "./errors.ts";

describe("BrokerError", () => {
  it("says what happened, the likely cause and what to do, in one line", () => {
    const error = new BrokerError("TIMEOUT", "no answer from host a", { likely: "b is down", action: "start b" });

    assert.equal(formatProblem(error.toProblem()), "TIMEOUT  no answer from host a. Likely: b is down. Do: start b.");
  });

  it("turns an abort, a time limit and a full disk into their codes", () => {
    const full = Object.assign(new Error("write"), { code: "ENOSPC" });
    const thrown = [new DOMException("x", "AbortError"), new DOMException("x", "TimeoutError"), full, "text"];

    assert.deepEqual(
      thrown.map((error) => toBrokerError(error).code),
      ["CANCELLED", "TIMEOUT", "DISK_FULL", "INTERNAL"],
    );
  });

  it("finds the system's code below library errors", () => {
    const refused = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    const fetchFailed = new Error("fetch failed", { cause: new AggregateError([refused]) });

    assert.equal(systemCode(fetchFailed), "ECONNREFUSED");
  });
});
