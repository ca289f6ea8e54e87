import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { createFrameBatch } from "./frame-batch.ts";

describe("frame batch", () => {
  it("sends the frames of one turn as one message when it is over", async () => {
    const sent: string[] = [];
    const batch = createFrameBatch((message) => sent.push(message.toString()));

    for (const frame of ["a", "b", "c"]) batch.push(Buffer.from(frame));
    const before = [...sent];
    await turn();

    assert.deepEqual([before, sent], [[], ["abc"]]);
  });

  it("sends in the middle of a long turn what is there, and all of it in order", async () => {
    const sent: string[] = [];
    const batch = createFrameBatch((message) => sent.push(message.toString()));

    for (const frame of "abcdefghijklmnopqrstuvwxyz") batch.push(Buffer.from(frame));
    const early = sent.length;
    await turn();

    assert.ok(early > 0);
    assert.equal(sent.join(""), "abcdefghijklmnopqrstuvwxyz");
  });

  it("forgets what waits when its connection has gone", async () => {
    const sent: string[] = [];
    const batch = createFrameBatch((message) => sent.push(message.toString()));

    batch.push(Buffer.from("a"));
    batch.clear();
    await turn();

    assert.deepEqual(sent, []);
  });
});
