import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createEventBus, type LiveEvent } from "./bus.ts";

const ONE = { connections: ["one"] };
const ALL = { connections: null };

describe("event bus", () => {
  it("tells a viewer only of connections that it may see, and of what concerns all", () => {
    const bus = createEventBus();
    const seen: LiveEvent[] = [];
    bus.subscribe(ONE, (event) => seen.push(event));

    bus.publish("scan", "one", { n: 1 });
    bus.publish("scan", "other", { n: 2 });
    bus.publish("advisories", null, { n: 3 });

    assert.deepEqual(
      seen.map(({ data }) => data.n),
      [1, 3],
    );
  });

  it("gives back what was missed, and says when it cannot tell any more", () => {
    const bus = createEventBus(2);
    for (const n of [1, 2, 3]) bus.publish("scan", "one", { n });

    assert.deepEqual(
      bus.since(ALL, 1)?.map(({ id }) => id),
      [2, 3],
    );
    assert.deepEqual(bus.since(ALL, 3), []);
    assert.equal(bus.since(ALL, 0), undefined);
    assert.equal(bus.since(ALL, 99), undefined);
  });

  it("tells nobody who has left", () => {
    const bus = createEventBus();
    let count = 0;
    const leave = bus.subscribe(ALL, () => {
      count += 1;
    });

    leave();
    bus.publish("scan", "one", {});

    assert.equal(count, 0);
  });
});
