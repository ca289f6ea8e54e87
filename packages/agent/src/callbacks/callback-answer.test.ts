import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readAnswer } from "./callback-answer.ts";

describe("the answer to a callback", () => {
  it("is taken for every 2xx", () => {
    assert.deepEqual(readAnswer(200, ""), { kind: "taken", status: 200 });
    assert.equal(readAnswer(204, "").kind, "taken");
  });

  it("is waited for while the way or the server is down", () => {
    for (const status of [401, 404, 408, 425, 429, 500, 502, 503, 504]) {
      assert.equal(readAnswer(status, "<html>").kind, "retry", String(status));
    }
    assert.equal(readAnswer(503, '{"code":"TUNNEL_DOWN"}', 5_000).kind, "retry");
  });

  it("is final when the server cannot use the body", () => {
    assert.deepEqual(readAnswer(400, '{"error":{"code":"INPUT_INVALID"}}'), {
      kind: "refused",
      status: 400,
      reason: "answered 400 INPUT_INVALID",
    });
    assert.equal(readAnswer(413, "").kind, "refused");
  });

  it("is final when our server does not know the scan or its nonce", () => {
    assert.equal(readAnswer(404, '{"error":{"code":"NOT_FOUND"}}').kind, "refused");
    assert.equal(readAnswer(403, '{"code":"FORBIDDEN"}').kind, "refused");
  });

  it("is not final when a filter rule is missing, which somebody can mend", () => {
    assert.equal(readAnswer(401, '{"code":"FILTER_BLOCKED"}').kind, "retry");
    assert.equal(readAnswer(302, "").kind, "retry");
  });
});
