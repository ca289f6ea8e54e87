import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { describe, it } from "node:test";
import { type Asked, answerError } from "./answer-error.ts";

const MANIFEST: Asked = { kind: "manifest", name: "team/app:1.0" };
const JSON_TYPE = { "content-type": "application/json" };

function errorOf(status: number, body: string, headers: Record<string, string> = JSON_TYPE, asked: Asked = MANIFEST) {
  const values = (name: string): string[] => [headers[name] ?? []].flat();
  const answer = {
    status,
    url: new URL("https://registry.example.com/v2/"),
    body: Readable.from([Buffer.from(body)]),
    headers: values,
    header: (name: string) => values(name)[0],
    discard: async () => {},
  };
  return answerError(answer, asked, 65_536, (text) => text.replaceAll("hunter2", "[redacted]"));
}

describe("answerError", () => {
  it("finds what was said in every form that registries have", async () => {
    const bodies: readonly (readonly [string, string])[] = [
      ['{"errors":[{"code":"DENIED","message":"no access","detail":{"a":1}}]}', "DENIED: no access"],
      ['{"errors":[{"code":"DENIED"}]}', "DENIED"],
      ['{"errors":[{"status":404,"message":"Unable to find item"}]}', "Unable to find item"],
      ['{"message":"Bad credentials"}', "Bad credentials"],
      ['{"detail":"object not found"}', "object not found"],
      ['{"error":"invalid_token","error_description":"too old"}', "invalid_token: too old"],
      [
        "<?xml version='1.0'?><Error><Code>X</Code><Message>Only one auth mechanism</Message></Error>",
        "Only one auth mechanism",
      ],
      ["404 page not found", "404 page not found"],
      ["<!DOCTYPE html><html>Nexus</html>", "a web page"],
    ];

    for (const [body, said] of bodies) {
      const { message } = await errorOf(404, body);
      assert.equal(message, `team/app:1.0: registry.example.com answered 404: ${said}`);
    }
  });

  it("gives each status the code of what was asked for", async () => {
    const code = async (status: number, kind: Asked["kind"]) =>
      (await errorOf(status, "{}", JSON_TYPE, { kind, name: "x" })).code;

    assert.deepEqual(
      [await code(404, "manifest"), await code(404, "blob"), await code(404, "catalog"), await code(405, "catalog")],
      ["MANIFEST_UNKNOWN", "BLOB_UNKNOWN", "CATALOG_UNSUPPORTED", "CATALOG_UNSUPPORTED"],
    );
    assert.deepEqual(
      [await code(401, "tags"), await code(403, "tags"), await code(412, "manifest"), await code(503, "blob")],
      ["REGISTRY_UNAUTHORIZED", "REGISTRY_FORBIDDEN", "REGISTRY_FORBIDDEN", "REGISTRY_UNAVAILABLE"],
    );
  });

  it("takes every sign of too many calls for one, with the wait that was asked for", async () => {
    const limited = [
      await errorOf(429, "{}", { "retry-after": "7" }),
      await errorOf(503, '{"errors":[{"code":"TOOMANYREQUESTS"}]}', { "retry-after": "7" }),
      await errorOf(403, "{}", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "7" }),
    ];

    for (const { code, retryAfterMs } of limited)
      assert.deepEqual([code, retryAfterMs], ["REGISTRY_RATE_LIMITED", 7_000]);
  });

  it("repeats no secret and no control character that the registry sent back", async () => {
    const { message } = await errorOf(401, JSON.stringify({ message: "hunter2 is wrong\u001b[31m" }));

    assert.ok(!message.includes("hunter2") && !message.includes("\u001b"), message);
  });
});
