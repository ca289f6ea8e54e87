import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BrokerError } from "@tidewaiter/runtime";
import { createPendingAnswers } from "./pending-answers.ts";

describe("pending answers", () => {
  it("give each question its own answer, once", async () => {
    const pending = createPendingAnswers<number, string>(10);
    const [first, second] = [pending.wait(1, { deadlineMs: 1_000 }), pending.wait(2, { deadlineMs: 1_000 })];

    const taken = [pending.resolve(2, "b"), pending.resolve(1, "a"), pending.resolve(1, "again")];

    assert.deepEqual(await Promise.all([first, second]), ["a", "b"]);
    assert.deepEqual(taken, [true, true, false]);
    assert.equal(pending.size, 0);
  });

  it("time out", async () => {
    const pending = createPendingAnswers<number, string>(10);

    await assert.rejects(pending.wait(1, { deadlineMs: 1 }), { code: "TIMEOUT" });
    assert.equal(pending.size, 0);
  });

  it("end with the reason of the signal", async () => {
    const pending = createPendingAnswers<number, string>(10);
    const controller = new AbortController();
    const waiting = pending.wait(1, { deadlineMs: 1_000, signal: controller.signal });

    controller.abort(new BrokerError("CANCELLED", "gone"));

    await assert.rejects(waiting, { code: "CANCELLED" });
  });

  it("all fail at once when the connection goes", async () => {
    const pending = createPendingAnswers<number, string>(10);
    const waiting = [1, 2, 3].map((id) => pending.wait(id, { deadlineMs: 1_000 }));

    pending.rejectAll(new BrokerError("EXCHANGE_LOST", "gone"));

    const results = await Promise.allSettled(waiting);
    assert.ok(results.every(({ status }) => status === "rejected"));
  });

  it("refuse one more than the limit", async () => {
    const pending = createPendingAnswers<number, string>(1);
    const first = pending.wait(1, { deadlineMs: 1_000 });

    await assert.rejects(pending.wait(2, { deadlineMs: 1_000 }), { code: "UNAVAILABLE" });

    pending.resolve(1, "done");
    assert.equal(await first, "done");
  });
});
