import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { scanResultSchema } from "@tidewaiter/contract";
import type { RequestHandler } from "express";
import { type AgentFixture, debianImage, startAgentFixture } from "./agent-fixture.ts";
import type { ReceivedCallback } from "./callback-sink.ts";

const isResult = ({ path }: ReceivedCallback): boolean => path.endsWith("/result");

describe("a registry that is not well", { timeout: 180_000 }, () => {
  let fixture: AgentFixture;
  before(async () => {
    fixture = await startAgentFixture({ TIDEWAITER_SCAN_ATTEMPTS: "1", SNYK_MAX_IMAGE_SIZE_IN_BYTES: "2000000" });
  });
  after(() => fixture.close());

  it("is asked again when it answers 429 or 500", async () => {
    const faults = [429, 500, 503];
    const moody: RequestHandler = (req, res, next) => {
      const status = req.path.includes("/manifests/") ? faults.shift() : undefined;
      if (status === undefined) return next();
      res.status(status).setHeader("retry-after", "0").json({ errors: [] });
    };
    const client = await fixture.client("moody", { before: [moody] });
    client.registry.push("app", "latest", await debianImage({ bash: "1" }));

    await fixture.scan(client, { scanId: "moody", repository: "app" });
    const result = await client.sink.until(isResult);

    assert.deepEqual([result.body.state, faults], ["Complete", []]);
  });

  it("ends a scan as failed with its code when it stays down", async () => {
    const down: RequestHandler = (_req, res) =>
      void res.status(503).setHeader("retry-after", "4000").json({ errors: [] });
    const client = await fixture.client("down", { before: [down] });

    await fixture.scan(client, { scanId: "down", repository: "app" });
    const result = scanResultSchema.parse((await client.sink.until(isResult)).body);

    assert.deepEqual([result.state, result.error?.code], ["Failed", "REGISTRY_UNAVAILABLE"]);
    assert.match(
      await fixture.metrics.registry.metrics(),
      /tidewaiter_registry_errors_total\{code="REGISTRY_UNAVAILABLE"/,
    );
  });

  it("with wrong credentials ends the scan without a second try", async () => {
    let calls = 0;
    const count: RequestHandler = (_req, _res, next) => {
      calls += 1;
      next();
    };
    const client = await fixture.client("denied", { before: [count], accounts: { reader: "right" } });
    const headers = {
      ...client.headers,
      authorization: Buffer.from(JSON.stringify({ ...blobOf(client.headers), password: "wrong" })).toString("base64"),
    };

    await fixture.scan({ ...client, headers }, { scanId: "denied", repository: "app" });
    const { state, error } = scanResultSchema.parse((await client.sink.until(isResult)).body);
    const check = await fixture.call({ ...client, headers }, "GET", "/validate-credentials");

    assert.deepEqual([state, error?.code, check.status], ["Failed", "REGISTRY_UNAUTHORIZED", 401]);
    assert.ok(calls < 12);
  });

  it("is asked for no layer of an image that is too large", async () => {
    const asked: string[] = [];
    const watch: RequestHandler = (req, _res, next) => {
      asked.push(req.path);
      next();
    };
    const image = await debianImage(
      Object.fromEntries(Array.from({ length: 90_000 }, (_, at) => [`p${at}-${(at * 7919) % 99991}`, `${at * 31}`])),
    );
    const small = await startAgentFixture({ SNYK_MAX_IMAGE_SIZE_IN_BYTES: "1000" });
    const client = await small.client("large", { before: [watch] });
    client.registry.push("app", "latest", image);

    await small.scan(client, { scanId: "large", repository: "app" });
    const { state, error } = scanResultSchema.parse((await client.sink.until(isResult)).body);
    await small.close();

    assert.deepEqual([state, error?.code], ["Failed", "IMAGE_TOO_LARGE"]);
    assert.ok(asked.every((path) => !path.endsWith([...image.blobs.keys()].at(-1) ?? "")));
  });

  it("is watched while unpacking: an image that grows beyond the limit fails", async () => {
    const client = await fixture.client("grows");
    const names = Object.fromEntries(Array.from({ length: 40_000 }, (_, at) => [`package-${at}`, "1.0"]));
    client.registry.push("app", "latest", await debianImage(names));

    await fixture.scan(client, { scanId: "grows", repository: "app" });
    const { state, error } = scanResultSchema.parse((await client.sink.until(isResult)).body);

    assert.deepEqual([state, error?.code], ["Failed", "LIMIT_EXCEEDED"]);
    assert.match(`${error?.message} ${error?.action}`, /SNYK_MAX_IMAGE_SIZE_IN_BYTES.*SNYK_MAX_IMAGE_SIZE_IN_BYTES/);
  });
});

describe("a full queue", { timeout: 180_000 }, () => {
  it("answers 429 with the time to wait, and takes scans again afterwards", async () => {
    const fixture = await startAgentFixture({ TIDEWAITER_QUEUE_LIMIT: "1", MAX_ACTIVE_OPERATIONS: "1" });
    const held = Promise.withResolvers<void>();
    const hold: RequestHandler = (_req, _res, next) => void held.promise.then(() => next());
    const client = await fixture.client("full", { before: [hold] });
    client.registry.push("app", "latest", await debianImage({ bash: "1" }));

    const first = await fixture.scan(client, { scanId: "one", repository: "app" });
    const second = await fixture.scan(client, { scanId: "two", repository: "app" });
    const again = await fixture.scan(client, { scanId: "one", repository: "app" });
    held.resolve();
    await client.sink.until(({ path }) => path.endsWith("/done"));
    const third = await fixture.scan(client, { scanId: "two", repository: "app" });
    await fixture.close();

    assert.deepEqual(
      [first.status, second.status, second.body.code, again.status, third.status],
      [202, 429, "RATE_LIMITED", 202, 202],
    );
    assert.equal(second.retryAfter, "15");
  });
});

function blobOf(headers: Readonly<Record<string, string>>): object {
  return JSON.parse(Buffer.from(headers.authorization ?? "", "base64").toString()) as object;
}
