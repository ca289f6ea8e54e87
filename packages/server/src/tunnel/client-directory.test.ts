import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Secret } from "@tidewaiter/runtime";
import { createClientDirectory } from "./client-directory.ts";
import type { TunnelConnection } from "./tunnel-connection.ts";

function socket(isOpen = true): TunnelConnection {
  const nothing = (): void => {};
  return {
    id: "s",
    address: "127.0.0.1",
    transport: "websocket",
    isOpen,
    lastSeenAt: 0,
    nextAckId: () => 1,
    sendEvent: nothing,
    sendAck: nothing,
    sendFrame: nothing,
    close: nothing,
    dismiss: nothing,
  };
}

const identity = (clientId: string) => ({
  clientId,
  connectionId: "c",
  token: new Secret("t"),
  tokenHash: "hash",
  version: "5.0.0",
  capabilities: new Set<string>(),
  filters: undefined,
  address: "127.0.0.1",
  connectedAt: 0,
});

describe("client directory", () => {
  it("keeps the sockets of one client together, newest first", () => {
    const directory = createClientDirectory(4);
    const [older, newer] = [socket(), socket()];
    directory.add(identity("a"), older);

    const client = directory.add(identity("a"), newer);

    assert.deepEqual(client?.sockets, [newer, older]);
    assert.equal(directory.clientsOf("c").length, 1);
  });

  it("chooses the client with the least in flight that has an open socket", () => {
    const directory = createClientDirectory(4);
    const busy = directory.add(identity("busy"), socket());
    directory.add(identity("closed"), socket(false));
    directory.add(identity("free"), socket());
    if (busy) busy.inFlight = 3;

    assert.equal(directory.choose("c").clientId, "free");
  });

  it("takes no more clients than allowed", () => {
    const directory = createClientDirectory(1);
    directory.add(identity("a"), socket());

    assert.equal(directory.add(identity("b"), socket()), undefined);
  });

  it("calls a token not ready for a minute after its last client went, then not connected", () => {
    let now = 0;
    const directory = createClientDirectory(4, () => now);
    const one = socket();
    const client = directory.add(identity("a"), one);
    assert.ok(client);
    assert.throws(() => directory.choose("other"), { code: "NO_CONNECTION" });

    assert.equal(directory.remove(client, one), true);
    assert.throws(() => directory.choose("c"), { code: "TUNNEL_DOWN" });
    now = 60_000;

    assert.throws(() => directory.choose("c"), { code: "NO_CONNECTION" });
    assert.equal(directory.connectionOf("hash"), undefined);
  });
});
