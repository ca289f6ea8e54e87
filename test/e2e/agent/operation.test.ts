import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import type { RequestHandler } from "express";
import { type AgentFixture, debianImage, startAgentFixture } from "./agent-fixture.ts";

const ENTRY = fileURLToPath(new URL("../../../packages/agent/bin/agent.js", import.meta.url));

describe("the agent in operation", { timeout: 180_000 }, () => {
  let fixture: AgentFixture;
  before(async () => {
    fixture = await startAgentFixture();
  });
  after(() => fixture.close());

  it("is ready though no registry answers", async () => {
    const down: RequestHandler = (_req, res) => void res.status(503).json({ errors: [] });
    const client = await fixture.client("down", { before: [down] });

    const check = await fixture.call(client, "GET", "/systemcheck");
    const ready = await fetch(`${fixture.url}/readyz`);

    assert.deepEqual([check.body.ok, ready.status], [false, 200]);
  });

  it("counts what it does: phases, bytes, cache hits, queues, slots, retries, errors by code, the event loop", async () => {
    const client = await fixture.client("counted");
    client.registry.push("app", "1", await debianImage({ bash: "1" }));
    client.registry.push("app", "2", await debianImage({ bash: "1" }));
    client.sink.answer = ({ path }) => (path.endsWith("/result") && isFirst() ? 503 : 200);
    for (const reference of ["1", "2", "missing"]) {
      await fixture.scan(client, { scanId: reference, repository: "app", reference });
      await client.sink.until(({ path, body }) => path.endsWith("/done") && body.scanId === reference);
    }

    const lines = (await fixture.metrics.registry.metrics()).replaceAll(/,?role="agent",?/g, "").split("\n");

    const has = (start: string): boolean => lines.some((line) => line.startsWith(start) && !line.endsWith(" 0"));
    const wanted = [
      'tidewaiter_scan_seconds_count{phase="resolve"}',
      'tidewaiter_scan_seconds_count{phase="analyse"}',
      "tidewaiter_layer_bytes_total{}",
      "tidewaiter_layers_cached_total{}",
      "tidewaiter_slots{}",
      "tidewaiter_callback_retries_total{}",
      'tidewaiter_registry_errors_total{code="MANIFEST_UNKNOWN"}',
      "nodejs_eventloop_lag_p99_seconds{}",
    ];
    assert.deepEqual(
      wanted.filter((start) => !has(start)),
      [],
    );
    assert.ok(lines.some((line) => line.startsWith('tidewaiter_queue_age_seconds{queue="scan"}')));
  });

  it("asks for an image's state with one HEAD", async () => {
    const asked: string[] = [];
    const watch: RequestHandler = (req, _res, next) => {
      asked.push(`${req.method} ${req.path}`);
      next();
    };
    const client = await fixture.client("recurring", { before: [watch] });
    client.registry.push("app", "1", await debianImage({ bash: "1" }));
    const path = "/get-state-identifier?repository=app&reference=1";
    await fixture.call(client, "GET", path);
    asked.length = 0;

    await fixture.call(client, "GET", path);

    assert.deepEqual(asked, ["HEAD /v2/app/manifests/1"]);
  });

  it("tells of a signature that is attached to an image", async () => {
    const client = await fixture.client("signed");
    const [image, signature] = [await debianImage({ bash: "6" }), await debianImage({ not: "looked into" })];
    client.registry.push("app", "1", image);
    client.registry.push("app", `${image.descriptor.digest.replace(":", "-")}.sig`, signature);

    await fixture.scan(client, { scanId: "signed", repository: "app", reference: "1" });
    const { body } = await client.sink.until(({ path }) => path.endsWith("/result"));

    const { attached } = body.image as { attached: { kind: string; digest: string }[] };
    assert.deepEqual(
      attached.map(({ kind, digest }) => [kind, digest]),
      [["signature", signature.descriptor.digest]],
    );
  });

  it("ends with 78 when replicas would have no key in common", () => {
    const env = { PATH: process.env.PATH, DATABASE_URL: "postgres://127.0.0.1:1/none" };

    const { status, stderr } = spawnSync(process.execPath, [ENTRY], { env, encoding: "utf8" });

    assert.equal(status, 78);
    assert.match(stderr, /TIDEWAITER_ENCRYPTION_KEY: is required with DATABASE_URL/);
  });

  let firsts = 0;
  function isFirst(): boolean {
    firsts += 1;
    return firsts === 1;
  }
});
