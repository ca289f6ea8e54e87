import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { encodeCredentials } from "@tidewaiter/contract";
import { listen } from "@tidewaiter/runtime";
import { createContent, registryApp } from "@tidewaiter/sample-registry";
import { type PostgresServer, startPostgres, withoutPostgres } from "../../support/postgres.ts";
import { debianImage } from "./agent-fixture.ts";
import { type AgentProcess, startAgentProcess } from "./agent-process.ts";
import { startCallbackSink } from "./callback-sink.ts";

const SCANS = 30;

describe("two agents on one database", { skip: withoutPostgres(), timeout: 300_000 }, () => {
  let postgres: PostgresServer;
  let folder: string;
  before(async () => {
    postgres = await startPostgres();
    folder = await mkdtemp(join(tmpdir(), "tidewaiter-replicas-"));
  });
  after(async () => {
    await postgres.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("share the work, and lose nothing when one of them is killed", async () => {
    const content = createContent();
    // Slow enough that both have something in hand when one of them dies.
    const slow = registryApp({ content, before: [(_req, _res, next) => void setTimeout(next, 30)] });
    const registry = await listen(slow, { port: 0, host: "127.0.0.1" });
    const sink = await startCallbackSink();
    const credential = encodeCredentials({
      type: "oci",
      registryBase: registry.url,
      extra: { plainHttp: true },
    }).reveal();
    const headers = {
      authorization: credential,
      "x-tidewaiter-connection": "connection-shared",
      "x-tidewaiter-callback": sink.url,
    };
    const key = randomBytes(32).toString("hex");
    const start = (name: string): Promise<AgentProcess> =>
      startAgentProcess({
        env: {
          DATABASE_URL: postgres.url,
          TIDEWAITER_ENCRYPTION_KEY: key,
          TIDEWAITER_DATA_DIR: join(folder, name),
          TIDEWAITER_LEASE_MS: "10000",
          MAX_ACTIVE_OPERATIONS: "2",
        },
      });
    const [one, two] = await Promise.all([start("one"), start("two")]);

    for (let index = 0; index < SCANS; index += 1) {
      content.push(`app-${index}`, "latest", await debianImage({ bash: `5.${index}` }));
      const body = JSON.stringify({
        scanId: `scan-${index}`,
        nonce: "nonce-of-sixteen-characters",
        repository: `app-${index}`,
        reference: "latest",
      });
      const { url } = index % 2 === 0 ? one : two;
      const answer = await fetch(`${url}/scan`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body,
      });
      assert.equal(answer.status, 202);
    }
    const results = () =>
      new Set(sink.received.filter(({ path }) => path.endsWith("/result")).map(({ body }) => String(body.scanId)));
    const worked = (agent: AgentProcess) => agent.lines.filter(({ msg }) => msg === "scan ended").length;
    while (worked(one) < 3 || worked(two) < 3) await delay(20);
    await one.kill();
    while (results().size < SCANS) await delay(100);
    const states = await (await fetch(`${two.url}/scans?limit=100`, { headers })).json();
    await two.stop();
    await Promise.all([registry.close(0), sink.close()]);

    assert.deepEqual(
      (states as { scans: { state: string }[] }).scans.map(({ state }) => state),
      Array(SCANS).fill("Complete"),
    );
    const bodies = Map.groupBy(
      sink.received.filter(({ path }) => path.endsWith("/result")),
      ({ body }) => String(body.scanId),
    );
    for (const [id, sent] of bodies) assert.equal(new Set(sent.map(({ body }) => JSON.stringify(body))).size, 1, id);
  });

  it("stop a scan that the other one works on", async () => {
    const content = createContent();
    let isHeld = true;
    const app = registryApp({
      content,
      before: [
        (req, res, next) => {
          if (isHeld && req.path.includes("/blobs/") && req.method === "GET") res.once("close", () => (isHeld = false));
          else next();
        },
      ],
    });
    const registry = await listen(app, { port: 0, host: "127.0.0.1" });
    const sink = await startCallbackSink();
    const credential = encodeCredentials({
      type: "oci",
      registryBase: registry.url,
      extra: { plainHttp: true },
    }).reveal();
    const headers = {
      authorization: credential,
      "x-tidewaiter-connection": "connection-stop",
      "x-tidewaiter-callback": sink.url,
      "content-type": "application/json",
    };
    const key = randomBytes(32).toString("hex");
    const env = { DATABASE_URL: postgres.url, TIDEWAITER_ENCRYPTION_KEY: key, MAX_ACTIVE_OPERATIONS: "1" };
    const worker = await startAgentProcess({ env: { ...env, TIDEWAITER_DATA_DIR: join(folder, "worker") } });
    content.push("held", "latest", await debianImage({ bash: "1" }));
    const body = JSON.stringify({
      scanId: "held",
      nonce: "nonce-of-sixteen-characters",
      repository: "held",
      reference: "latest",
    });
    await fetch(`${worker.url}/scan`, { method: "POST", headers, body });
    while (!worker.lines.some(({ msg }) => msg === "scan claimed")) await delay(20);
    const other = await startAgentProcess({ env: { ...env, TIDEWAITER_DATA_DIR: join(folder, "other") } });

    const stopped = await fetch(`${other.url}/scans/held`, { method: "DELETE", headers });
    const result = await sink.until(({ path }) => path.endsWith("/result"));
    while (isHeld) await delay(20);
    await Promise.all([worker.stop(), other.stop()]);
    await Promise.all([registry.close(0), sink.close()]);

    assert.equal(((await stopped.json()) as { state: string }).state, "Stopped");
    assert.equal(result.body.state, "Stopped");
  });

  it("go on when the database was away for a while", async () => {
    const content = createContent();
    const slow = registryApp({ content, before: [(_req, _res, next) => void setTimeout(next, 50)] });
    const registry = await listen(slow, { port: 0, host: "127.0.0.1" });
    const sink = await startCallbackSink();
    const blob = { type: "oci", registryBase: registry.url, extra: { plainHttp: true } } as const;
    const headers = {
      authorization: encodeCredentials(blob).reveal(),
      "x-tidewaiter-connection": "connection-outage",
      "x-tidewaiter-callback": sink.url,
      "content-type": "application/json",
    };
    const env = {
      DATABASE_URL: postgres.url,
      TIDEWAITER_ENCRYPTION_KEY: randomBytes(32).toString("hex"),
      TIDEWAITER_LEASE_MS: "10000",
    };
    const agent = await startAgentProcess({ env: { ...env, TIDEWAITER_DATA_DIR: join(folder, "outage") } });
    const ids = Array.from({ length: 8 }, (_, at) => `outage-${at}`);
    for (const scanId of ids) {
      content.push(scanId, "latest", await debianImage({ bash: scanId }));
      const body = JSON.stringify({
        scanId,
        nonce: "nonce-of-sixteen-characters",
        repository: scanId,
        reference: "latest",
      });
      assert.equal((await fetch(`${agent.url}/scan`, { method: "POST", headers, body })).status, 202);
    }

    await postgres.kill();
    const during = await fetch(`${agent.url}/scans`, { headers });
    await delay(1_000);
    await postgres.start();
    const done = () =>
      new Set(sink.received.filter(({ path }) => path.endsWith("/done")).map(({ body }) => String(body.scanId)));
    while (done().size < ids.length) await delay(100);
    const code = await agent.stop();
    await Promise.all([registry.close(0), sink.close()]);

    assert.equal(during.status, 503);
    assert.deepEqual([...done()].sort(), ids);
    assert.equal(code, 0);
  });

  it("need the key as a setting", async () => {
    const env = { DATABASE_URL: postgres.url, TIDEWAITER_DATA_DIR: join(folder, "keyless") };

    await assert.rejects(startAgentProcess({ env }), /TIDEWAITER_ENCRYPTION_KEY: is required with DATABASE_URL/);
  });
});
