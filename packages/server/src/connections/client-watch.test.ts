import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { systemClock } from "@tidewaiter/runtime";
import { createAudit } from "../access/audit.ts";
import { openStore } from "../store/open.ts";
import type { TunnelClient } from "../tunnel/index.ts";
import { createClientWatch } from "./client-watch.ts";

const CLIENT: TunnelClient = {
  clientId: "a",
  version: "1.0.0",
  address: "192.0.2.1",
  transport: "websocket",
  isTidewaiter: true,
  connectedAt: 0,
  inFlight: 0,
  sockets: 2,
  mostSockets: 2,
};

describe("createClientWatch", () => {
  it("records a client once, and again when its id, its address or the connection is new", async () => {
    const store = await openStore({ path: ":memory:" });
    const audit = createAudit(store.db, systemClock);
    const watch = createClientWatch(audit, store.db);

    await watch("one", CLIENT);
    await watch("one", CLIENT);
    await watch("one", { ...CLIENT, address: "198.51.100.7" });
    await watch("two", CLIENT);

    const { items } = await audit.list({ limit: 10 });
    assert.deepEqual(items.map(({ connectionId, target, address }) => [connectionId, target, address]).reverse(), [
      ["one", "a", "192.0.2.1"],
      ["one", "a", "198.51.100.7"],
      ["two", "a", "192.0.2.1"],
    ]);
    await store.close();
  });
});
