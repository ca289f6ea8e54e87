import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLimiter } from "./limiter.ts";

describe("createLimiter", () => {
  it("runs no more than its limit at once and keeps the order of arrival", async () => {
    const limiter = createLimiter(2);
    const order: number[] = [];
    let most = 0;
    const work = (id: number) => async () => {
      order.push(id);
      most = Math.max(most, limiter.running);
      await new Promise((resolve) => setImmediate(resolve));
    };

    await Promise.all([1, 2, 3, 4, 5].map((id) => limiter.run(work(id))));

    assert.deepEqual(order, [1, 2, 3, 4, 5]);
    assert.equal(most, 2);
    assert.deepEqual([limiter.running, limiter.waiting], [0, 0]);
  });

  it("lets a waiter go when its signal fires, and goes on after a failure", async () => {
    const limiter = createLimiter(1);
    const blocker = Promise.withResolvers<void>();
    const first = limiter.run(() => blocker.promise);
    const controller = new AbortController();
    const second = limiter.run(async () => "never", controller.signal);
    const third = limiter.run(async () => "third");

    controller.abort();
    blocker.reject(new Error("failed"));

    await assert.rejects(second, { name: "AbortError" });
    await assert.rejects(first, /failed/);
    assert.equal(await third, "third");
  });
});
