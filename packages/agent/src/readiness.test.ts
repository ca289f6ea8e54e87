import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { describe, it } from "node:test";
import { createFitnessWatch } from "./readiness.ts";

describe("the agent's readiness", () => {
  it("is given with room on the disk and a store that answers", async () => {
    const watch = createFitnessWatch({ dataFolder: tmpdir(), askStore: async () => {}, minFreeBytes: 1 });

    await watch.look();

    assert.deepEqual(watch.readiness(), { isReady: true, reasons: [] });
  });

  it("names a full disk and a silent store", async () => {
    const askStore = () => Promise.reject(new Error("silent"));
    const watch = createFitnessWatch({ dataFolder: tmpdir(), askStore, minFreeBytes: Number.MAX_SAFE_INTEGER });

    await watch.look();

    assert.equal(watch.readiness().isReady, false);
    assert.equal(watch.readiness().reasons?.length, 2);
  });
});
