import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { BrokerError, silentLogger } from "@tidewaiter/runtime";
import { createCallbackAnswerer } from "./callbacks.ts";

const MAX_BYTES = 1_000;

describe("callbacks", () => {
  const seen: string[] = [];
  const answer = createCallbackAnswerer(
    {
      result: async (connectionId, bytes) => void seen.push(`${connectionId} ${Buffer.from(bytes)}`),
      progress: async () => {
        throw new BrokerError("FORBIDDEN", "the nonce is not that of the scan");
      },
      push: async (_connectionId, body) => void seen.push(JSON.stringify(body)),
    },
    MAX_BYTES,
    silentLogger,
  );
  const post = (path: string, body: Uint8Array | string, headers: Record<string, string> = {}) =>
    answer({
      connectionId: "c",
      method: "POST",
      path,
      headers,
      body: Readable.from([Buffer.from(body)]),
      signal: AbortSignal.timeout(5_000),
    });

  it("reach their handler, packed or not, on both generations of paths", async () => {
    seen.length = 0;

    await post("/api/v2/import/result", "plain");
    await post("/v2/import/result", gzipSync("packed"), { "content-encoding": "gzip" });
    await post("/api/v2/import/push", '{"a":1}');

    assert.deepEqual(seen, ["c plain", "c packed", '{"a":1}']);
  });

  it("are refused when they are too large once unpacked", async () => {
    const { status, body } = await post("/api/v2/import/result", gzipSync("x".repeat(MAX_BYTES * 10)), {
      "content-encoding": "gzip",
    });

    assert.equal(status, 413);
    assert.match(String(body), /PAYLOAD_TOO_LARGE/);
  });

  it("answer broken gzip, broken JSON, refusals and unknown paths with codes", async () => {
    const answers = [
      await post("/api/v2/import/result", "no gzip", { "content-encoding": "gzip" }),
      await post("/api/v2/import/push", "{"),
      await post("/api/v2/import/progress", "{}"),
      await post("/api/v2/import/else", "{}"),
    ];

    assert.deepEqual(
      answers.map(({ status }) => status),
      [400, 400, 403, 404],
    );
    assert.deepEqual(
      answers.map(({ body }) => JSON.parse(String(body)).code),
      ["INPUT_INVALID", "INPUT_INVALID", "FORBIDDEN", "NOT_FOUND"],
    );
  });

  it("take what says that a scan is done, since the result said it already", async () => {
    assert.equal((await post("/api/v2/import/done", "{}")).status, 200);
  });
});
