import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { createHostGate } from "./host-gate.ts";

/** A clock whose sleepers wake when it is moved on. */
function startClock() {
  const sleepers: { until: number; wake: () => void }[] = [];
  const clock = {
    time: 0,
    now: () => clock.time,
    sleep: (ms: number) => new Promise<void>((wake) => sleepers.push({ until: clock.time + ms, wake })),
    async move(ms: number) {
      clock.time += ms;
      for (const { until, wake } of sleepers) if (until <= clock.time) wake();
      await turn();
    },
  };
  return clock;
}

describe("createHostGate", () => {
  it("holds every call to a host that asked for a pause, and no others", async () => {
    const clock = startClock();
    const gate = createHostGate({ callsPerHost: 8, blobsPerHost: 3, maxPauseMs: 60_000, clock });
    const done: string[] = [];
    gate.pause("busy", 5_000);

    const calls = ["busy", "busy", "free"].map((host) => gate.call(host, async () => void done.push(host)));
    await turn();
    const before = [...done];
    await clock.move(4_999);
    const early = [...done];
    await clock.move(1);
    await Promise.all(calls);

    assert.deepEqual([before, early, done], [["free"], ["free"], ["free", "busy", "busy"]]);
  });

  it("believes no pause that is longer than allowed", async () => {
    const clock = startClock();
    const gate = createHostGate({ callsPerHost: 8, blobsPerHost: 3, maxPauseMs: 1_000, clock });
    gate.pause("busy", 3_600_000);

    const call = gate.call("busy", async () => "answered");
    await turn();
    await clock.move(1_000);

    assert.equal(await call, "answered");
  });

  it("lets fewer calls run against a host that bears less", async () => {
    const gate = createHostGate({ callsPerHost: 8, blobsPerHost: 3, maxPauseMs: 0 });
    gate.restrict("small", 2);
    let [running, most] = [0, 0];
    const work = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await turn();
      running -= 1;
    };

    await Promise.all(Array.from({ length: 10 }, () => gate.call("small", work)));

    assert.equal(most, 2);
  });
});
