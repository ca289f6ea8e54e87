import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { agentHeaders, errorTypeOf } from "./down-headers.ts";

const REQUEST = {
  url: "/list",
  method: "GET",
  streamingId: "",
  requestId: "0b1a1b9e-5d62-4e29-9f9e-6dd2f5a3c1aa",
  headers: {
    "user-agent": "caller",
    "content-length": "5",
    "content-encoding": "gzip",
    "x-forwarded-for": "1.2.3.4",
    "x-forwarded-proxy": "p",
    "snyk-flow-name": "undefined",
    "x-tidewaiter-callback": "http://evil",
    cookie: "a=1",
  },
};
const OPTIONS = { own: undefined, dropsForwarded: false, version: "5.0.0", isInflated: true };

describe("headers for the agent", () => {
  it("leave out what concerns the server only, and say who calls", () => {
    assert.deepEqual(agentHeaders(REQUEST, OPTIONS), {
      "user-agent": "Snyk Broker Client 5.0.0",
      "x-broker-origin-ua": "caller",
      "x-forwarded-proxy": "p",
      cookie: "a=1",
      "x-request-id": REQUEST.requestId,
      "snyk-request-id": REQUEST.requestId,
    });
  });

  it("leave out every forwarding header when told so", () => {
    assert.equal(agentHeaders(REQUEST, { ...OPTIONS, dropsForwarded: true })["x-forwarded-proxy"], undefined);
  });

  it("keep the encoding of bodies that come as they were received", () => {
    assert.equal(agentHeaders(REQUEST, { ...OPTIONS, isInflated: false })["content-encoding"], "gzip");
  });
});

describe("error type of a response", () => {
  it("is the vendor's name of the status", () => {
    assert.deepEqual([200, 404, 401, 403, 429, 418, 503].map(errorTypeOf), [
      undefined,
      undefined,
      "DOWNSTREAM_UNAUTHORIZED",
      "DOWNSTREAM_FORBIDDEN",
      "DOWNSTREAM_RATE_LIMITED",
      "DOWNSTREAM_UNEXPECTED",
      "DOWNSTREAM_SERVER_ERROR",
    ]);
  });
});
