import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { encodeCredentials, scanResultSchema } from "@tidewaiter/contract";
import { listen } from "@tidewaiter/runtime";
import { buildImage, buildLayer, createContent, registryApp } from "@tidewaiter/sample-registry";
import type { RequestHandler } from "express";
import { debianImage, startAgentFixture } from "./agent-fixture.ts";
import { startAgentProcess } from "./agent-process.ts";
import { type ReceivedCallback, startCallbackSink } from "./callback-sink.ts";

const isResult = ({ path }: ReceivedCallback): boolean => path.endsWith("/result");

describe("the life of a scan", { timeout: 180_000 }, () => {
  it("is ended by the wall clock", async () => {
    const fixture = await startAgentFixture({ TIDEWAITER_SCAN_TIMEOUT_MS: "1000" });
    const hang: RequestHandler = (req, _res, next) => void (req.path.includes("/blobs/") || next());
    const client = await fixture.client("slow", { before: [hang] });
    client.registry.push("app", "latest", await debianImage({ bash: "1" }));

    await fixture.scan(client, { scanId: "slow", repository: "app" });
    const { state, error } = scanResultSchema.parse((await client.sink.until(isResult)).body);
    await fixture.close();

    assert.deepEqual([state, error?.code], ["Failed", "SCAN_TIMEOUT"]);
  });

  it("is not begun again for an equal request, and goes on under a higher attempt", async () => {
    const fixture = await startAgentFixture();
    const held = Promise.withResolvers<void>();
    const hold: RequestHandler = (_req, _res, next) => void held.promise.then(() => next());
    const client = await fixture.client("again", { before: [hold] });
    client.registry.push("app", "latest", await debianImage({ bash: "1" }));
    const request = { scanId: "a", repository: "app" };

    await fixture.scan(client, request);
    const equal = await fixture.scan(client, request);
    const higher = await fixture.scan(client, { ...request, attempt: 2, nonce: "another-nonce-of-sixteen" });
    held.resolve();
    const result = await client.sink.until(isResult);
    await client.sink.until(({ path }) => path.endsWith("/done"));
    const late = await fixture.scan(client, request);
    await fixture.close();

    assert.deepEqual([equal.status, higher.status, late.body.state], [202, 202, "Complete"]);
    assert.deepEqual(
      [result.body.attempt, result.body.nonce, result.headers["idempotency-key"]],
      [2, "another-nonce-of-sixteen", "a:2"],
    );
    assert.equal(client.sink.received.filter(isResult).length, 1);
  });

  it("begins anew when a scan that ended is asked for with a higher attempt", async () => {
    const fixture = await startAgentFixture();
    const client = await fixture.client("anew");
    client.registry.push("app", "latest", await debianImage({ bash: "1" }));

    await fixture.scan(client, { scanId: "a", repository: "app" });
    await client.sink.until(isResult);
    await fixture.scan(client, { scanId: "a", repository: "app", attempt: 2 });
    const second = await client.sink.until((callback) => isResult(callback) && callback.body.attempt === 2);
    await fixture.close();

    assert.equal(second.body.state, "Complete");
  });

  it("waits its turn fairly: a connection that comes late does not wait for the crowd of another", async () => {
    const fixture = await startAgentFixture({ MAX_ACTIVE_OPERATIONS: "1" });
    const held = Promise.withResolvers<void>();
    const hold: RequestHandler = (_req, _res, next) => void held.promise.then(() => next());
    const [crowd, late] = [await fixture.client("crowd", { before: [hold] }), await fixture.client("late")];
    late.registry.push("app", "latest", await debianImage({ bash: "1" }));
    for (let at = 0; at < 8; at += 1) {
      crowd.registry.push(`app-${at}`, "latest", await debianImage({ bash: `2.${at}` }));
      await fixture.scan(crowd, { scanId: `c${at}`, repository: `app-${at}` });
    }
    await fixture.scan(late, { scanId: "late", repository: "app" });
    held.resolve();

    const result = await late.sink.until(isResult);
    await crowd.sink.until(({ body }) => body.scanId === "c7" && body.state === "Complete");
    const before = crowd.sink.received.filter((callback) => isResult(callback) && callback.at < result.at).length;
    await fixture.close();

    assert.ok(before < 8, `${before} of the crowd came first`);
  });

  it("reads an image once for all who ask for it at the same time", async () => {
    const fixture = await startAgentFixture({ MAX_ACTIVE_OPERATIONS: "3" });
    const image = await debianImage({ bash: "3" });
    const layer = [...image.blobs.keys()].at(-1) ?? "";
    const held = Promise.withResolvers<void>();
    let reads = 0;
    const hold: RequestHandler = (req, _res, next) => {
      if (req.method !== "GET" || !req.path.endsWith(layer)) return next();
      reads += 1;
      void held.promise.then(() => next());
    };
    const client = await fixture.client("joined", { before: [hold] });
    for (const tag of ["a", "b", "c"]) client.registry.push("app", tag, image);

    for (const tag of ["a", "b", "c"]) await fixture.scan(client, { scanId: tag, repository: "app", reference: tag });
    while (!/tidewaiter_scans_joined_total\{role="agent"\} 2/.test(await fixture.metrics.registry.metrics()))
      await delay(20);
    held.resolve();
    const results = await Promise.all(
      ["a", "b", "c"].map((id) => client.sink.until((callback) => isResult(callback) && callback.body.scanId === id)),
    );
    await fixture.close();

    assert.equal(reads, 1);
    assert.deepEqual(
      results.map(({ body }) => [body.state, body.reference]),
      [
        ["Complete", "a"],
        ["Complete", "b"],
        ["Complete", "c"],
      ],
    );
  });

  it("resumes after a crash without fetching again what it had read", async () => {
    const house = await openTwoLayerHouse();
    const first = await house.start();
    await house.scan(first.url);
    await house.reachedSecond;
    await first.kill();

    house.release();
    const second = await house.start();
    const result = await house.sink.until(isResult);
    await second.stop();
    await house.close();

    assert.equal(result.body.state, "Complete");
    assert.equal(house.fetches(house.firstLayer), 1);
  });

  it("is given up when the process dies with it too often", async () => {
    const house = await openTwoLayerHouse({ TIDEWAITER_SCAN_CRASHES: "1" });
    const first = await house.start();
    await house.scan(first.url);
    await house.reachedSecond;
    await first.kill();

    const second = await house.start();
    const { state, error } = scanResultSchema.parse((await house.sink.until(isResult)).body);
    await second.stop();
    await house.close();

    assert.deepEqual([state, error?.code], ["Failed", "SCAN_LOST"]);
  });
});

/** A registry that stands still at the second layer of its image, and agent processes on one data folder. */
async function openTwoLayerHouse(env: Readonly<Record<string, string>> = {}) {
  const layers = [
    await buildLayer({
      "etc/os-release": "ID=debian\n",
      "var/lib/dpkg/status": "Package: bash\nStatus: install ok installed\nVersion: 1\n",
    }),
    await buildLayer({ "srv/node_modules/a/package.json": '{"name":"a","version":"1.0.0"}' }),
  ] as const;
  const [firstLayer, secondLayer] = layers.map(({ descriptor }) => descriptor.digest) as [string, string];
  const counts = new Map<string, number>();
  const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const watch: RequestHandler = (req, _res, next) => {
    const digest = req.method === "GET" ? (req.path.split("/").at(-1) ?? "") : "";
    counts.set(digest, (counts.get(digest) ?? 0) + 1);
    if (digest !== secondLayer) return next();
    // The first one has to be in the cache by then: layers may be read side by side.
    setTimeout(reached.resolve, 500);
    void released.promise.then(() => next());
  };
  const content = createContent();
  content.push("app", "latest", buildImage([...layers]));
  const registry = await listen(registryApp({ content, before: [watch] }), { port: 0, host: "127.0.0.1" });
  const sink = await startCallbackSink();
  const folder = await mkdtemp(join(tmpdir(), "tidewaiter-life-"));
  const credential = encodeCredentials({
    type: "oci",
    registryBase: registry.url,
    extra: { plainHttp: true },
  }).reveal();
  const headers = { authorization: credential, "x-tidewaiter-callback": sink.url, "content-type": "application/json" };
  return {
    sink,
    firstLayer,
    reachedSecond: reached.promise,
    release: released.resolve,
    fetches: (digest: string) => counts.get(digest) ?? 0,
    start: () => startAgentProcess({ env: { TIDEWAITER_DATA_DIR: folder, ...env } }),
    scan: (url: string) =>
      fetch(`${url}/scan`, {
        method: "POST",
        headers,
        body: JSON.stringify({
          scanId: "a",
          nonce: "nonce-of-sixteen-characters",
          repository: "app",
          reference: "latest",
        }),
      }),
    close: async () => {
      await Promise.all([registry.close(0), sink.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
