import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createFrameIds, newStreamingId, slotOf } from "./exchange-slots.ts";

describe("ids of exchanges", () => {
  it("name the server that waits, whichever protocol the client speaks", () => {
    for (const slot of [0, 1, 9, 63]) {
      const frameId = createFrameIds(() => slot)();

      assert.equal(slotOf(String(frameId)), slot);
      assert.equal(slotOf(newStreamingId(slot)), slot);
      assert.ok(frameId <= 0xffff_ffff, "fits into a frame");
    }
  });

  it("differ from each other", () => {
    const next = createFrameIds(() => 2);

    assert.equal(new Set([next(), next(), next()]).size, 3);
    assert.notEqual(newStreamingId(2), newStreamingId(2));
  });

  it("are not read out of anything else", () => {
    for (const text of ["", "x", "-1", "../..", "zz345678-1111-4222-8333-444444444444"])
      assert.equal(slotOf(text), undefined);
  });
});
