import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BrokerError } from "@tidewaiter/runtime";
import { formatAck, formatEvent, formatPing, formatPong, parseMessage } from "./message.ts";

describe("messages", () => {
  it("read back what was written", () => {
    const event = parseMessage(formatEvent("request", [{ url: "/x" }], 7));
    const ack = parseMessage(formatAck(7, [{ status: 200 }]));

    assert.deepEqual(event, { kind: "event", name: "request", args: [{ url: "/x" }], ackId: 7 });
    assert.deepEqual(ack, { kind: "ack", id: 7, args: [{ status: 200 }] });
  });

  it("write heartbeats as the peer does", () => {
    assert.equal(formatPing(1784646404000), '"primus::ping::1784646404000"');
    assert.deepEqual(parseMessage(formatPong("1784646404000")), { kind: "pong", time: "1784646404000" });
  });

  it("read bytes, dates and escaped keys of EJSON", () => {
    const text =
      '{"type":0,"data":["request",{"body":{"$binary":"aGk="},"at":{"$date":5},"headers":{"$escape":{"$binary":"x"}}}]}';

    const message = parseMessage(text);

    const [request] = message.kind === "event" ? message.args : [];
    assert.deepEqual(request, { body: Buffer.from("hi"), at: new Date(5), headers: { $binary: "x" } });
  });

  it("ignore the names that the emitter keeps for itself", () => {
    const kinds = ["open", "close", "reconnect scheduled", "outgoing::open"].map(
      (name) => parseMessage(formatEvent(name, [])).kind,
    );

    assert.deepEqual(kinds, ["unknown", "unknown", "unknown", "unknown"]);
  });

  it("refuse what is no message", () => {
    for (const text of [
      "",
      "{",
      "[]",
      "null",
      '{"type":0}',
      '{"type":1,"data":[]}',
      '{"type":0,"data":[1]}',
      '{"type":9,"data":["x"]}',
    ]) {
      assert.throws(
        () => parseMessage(text),
        (error) => error instanceof BrokerError && error.code === "FRAME_INVALID",
        text,
      );
    }
  });
});
