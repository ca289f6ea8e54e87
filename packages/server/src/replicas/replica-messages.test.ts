import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatMessage, parseMessage } from "./replica-messages.ts";

describe("replica messages", () => {
  it("arrive at the others as they were sent, and not at their sender", () => {
    const message = { kind: "disconnect", connectionId: "c", reason: "revoked" } as const;

    const text = formatMessage("one", message);

    assert.deepEqual(parseMessage(text, "two"), message);
    assert.equal(parseMessage(text, "one"), undefined);
  });

  it("say that the lists must be read again when an event is too large for the database's channel", () => {
    const data = { message: "é".repeat(5_000) };

    const text = formatMessage("one", { kind: "event", name: "scan", connectionId: "c", data });

    assert.ok(Buffer.byteLength(text) < 8_000);
    assert.deepEqual(parseMessage(text, "two"), { kind: "reset" });
  });

  it("are passed over when another release sent what this one does not know", () => {
    assert.equal(parseMessage('{"from":"one","message":{"kind":"dance"}}', "two"), undefined);
    assert.equal(parseMessage("no json", "two"), undefined);
  });
});
