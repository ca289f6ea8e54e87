import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatEjson, parseEjson } from "./ejson.ts";
import { formatRequest, formatResponse, MAX_ACK_BODY_LENGTH, parseRequest, parseResponse } from "./exchange-message.ts";

const REQUEST = {
  url: "/list?x=1",
  method: "POST",
  headers: { "x-a": "1" },
  body: Buffer.from([0, 255, 128]),
  streamingId: "s-1",
  requestId: "0b1a1b9e-5d62-4e29-9f9e-6dd2f5a3c1aa",
};

describe("exchange messages", () => {
  it("carry a request with a binary body unchanged", () => {
    const read = parseRequest(parseEjson(formatEjson(formatRequest(REQUEST))));

    assert.deepEqual(read, REQUEST);
  });

  it("drop hop-by-hop and malformed headers of a request", () => {
    const headers = {
      Host: "x",
      connection: "close, x-hop",
      "x-hop": "1",
      upgrade: "h2c",
      "bad name": "1",
      "x-bad": "a\nb",
      "x-good": "1",
    };

    const read = parseRequest({ url: "/", headers });

    assert.deepEqual(read.headers, { "x-good": "1" });
  });

  it("give a request without a valid id a new one", () => {
    const read = parseRequest({ url: "/", requestId: "nonsense" });

    assert.match(read.requestId, /^[0-9a-f-]{36}$/);
  });

  it("read a response whose body is JSON, text or bytes", () => {
    const bodies = [{ a: 1 }, "text", Buffer.from([1, 2])].map((body) =>
      parseResponse([{ status: 200, body }]).body.toString(),
    );

    assert.deepEqual(bodies, ['{"a":1}', "text", "\u0001\u0002"]);
  });

  it("replace a body that is too long for an acknowledgement", () => {
    const body = Buffer.alloc(MAX_ACK_BODY_LENGTH + 1, "a");

    const read = parseResponse([formatResponse({ status: 200, headers: {}, body })]);

    assert.equal(read.status, 502);
    assert.equal(read.errorType, "BODY_TOO_LARGE");
  });

  it("refuse statuses that are no final HTTP status", () => {
    for (const status of [0, 100, 199, 600, 200.5, "200", undefined]) {
      assert.throws(() => parseResponse([{ status }]), { code: "FRAME_INVALID" });
    }
  });
});
