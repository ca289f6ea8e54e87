import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type BuiltManifest, buildImage, buildLayer } from "@tidewaiter/sample-registry";
import type { RequestHandler } from "express";
import { type AgentFixture, debianImage, startAgentFixture, type TestClient } from "./agent-fixture.ts";
import type { ReceivedCallback } from "./callback-sink.ts";

const isResult = ({ path }: ReceivedCallback): boolean => path.endsWith("/result");

describe("stopping a scan", { timeout: 180_000 }, () => {
  let fixture: AgentFixture;
  before(async () => {
    fixture = await startAgentFixture({ MAX_ACTIVE_OPERATIONS: "1" });
  });
  after(() => fixture.close());

  it("while it waits takes it out of the queue", async () => {
    const image = await debianImage({ bash: "1.1" });
    const gate = holdLayer(image);
    const busy = await fixture.client("busy", { before: [gate.handler] });
    busy.registry.push("app", "latest", image);
    await fixture.scan(busy, { scanId: "running", repository: "app" });
    await gate.reached;
    await fixture.scan(busy, { scanId: "waiting", repository: "app" });

    const stopped = await fixture.call(busy, "DELETE", "/scans/waiting");
    const result = await busy.sink.until(isResult);
    gate.open();

    assert.deepEqual([stopped.body.state, result.body.scanId, result.body.state], ["Stopped", "waiting", "Stopped"]);
    await busy.sink.until((callback) => isResult(callback) && callback.body.scanId === "running");
  });

  it("while a blob is fetched frees the slot, though the registry never answers", async () => {
    const image = await debianImage({ bash: "1.2" });
    const gate = holdLayer(image);
    const client = await fixture.client("fetch", { before: [gate.handler] });
    client.registry.push("app", "latest", image);
    await fixture.scan(client, { scanId: "fetching", repository: "app" });
    await gate.reached;

    const stopped = await fixture.call(client, "DELETE", "/scans/fetching");

    assert.equal(stopped.body.state, "Stopped");
    await assertSlotIsFree(fixture, "after-fetch");
    assert.equal((await client.sink.until(isResult)).body.state, "Stopped");
    gate.open();
  });

  it("while a layer is walked frees the slot, though the layer stands still in the middle", async () => {
    const image = await debianImage({ bash: "1.3" });
    const layer = [...image.blobs.entries()].at(-1);
    const halfway = Promise.withResolvers<void>();
    const stall: RequestHandler = (req, res, next) => {
      if (!layer || req.method !== "GET" || !req.path.endsWith(layer[0])) return next();
      res.writeHead(200, { "content-length": layer[1].byteLength });
      res.write(layer[1].subarray(0, layer[1].byteLength / 2), () => halfway.resolve());
    };
    const client = await fixture.client("walk", { before: [stall] });
    client.registry.push("app", "latest", image);
    await fixture.scan(client, { scanId: "walking", repository: "app" });
    await halfway.promise;

    const stopped = await fixture.call(client, "DELETE", "/scans/walking");

    assert.equal(stopped.body.state, "Stopped");
    await assertSlotIsFree(fixture, "after-walk");
  });

  it("while packages are read from a large database ends it as stopped", async () => {
    const status = Array.from(
      { length: 60_000 },
      (_, index) => `Package: package-${index}\nStatus: install ok installed\nVersion: 1.0-1\n`,
    ).join("\n");
    const [database, last] = [await buildLayer({ "var/lib/dpkg/status": status }), await buildLayer({ last: "1" })];
    const isSent = Promise.withResolvers<void>();
    // The last layer never comes, so that the scan cannot be over before it is stopped.
    const watch: RequestHandler = (req, res, next) => {
      if (req.method === "GET" && req.path.endsWith(last.descriptor.digest)) return;
      if (req.path.endsWith(database.descriptor.digest)) res.once("finish", isSent.resolve);
      next();
    };
    const client = await fixture.client("detectors", { before: [watch] });
    client.registry.push("app", "latest", buildImage([database, last]));
    await fixture.scan(client, { scanId: "reading", repository: "app" });
    await isSent.promise;

    const stopped = await fixture.call(client, "DELETE", "/scans/reading");

    assert.equal(stopped.body.state, "Stopped");
    assert.equal((await client.sink.until(isResult)).body.state, "Stopped");
    await assertSlotIsFree(fixture, "after-detectors");
  });

  it("whose result is on its way changes nothing any more", async () => {
    const client = await fixture.client("delivery");
    client.registry.push("app", "latest", await debianImage({ bash: "1.4" }));
    const held = Promise.withResolvers<number>();
    const asked = Promise.withResolvers<void>();
    client.sink.answer = ({ path }) => {
      if (!path.endsWith("/result")) return 200;
      asked.resolve();
      return held.promise;
    };
    await fixture.scan(client, { scanId: "sending", repository: "app" });
    await asked.promise;

    const stopped = await fixture.call(client, "DELETE", "/scans/sending");
    held.resolve(200);
    const done = await client.sink.until(({ path }) => path.endsWith("/done"));

    assert.deepEqual([stopped.body.state, done.body.state], ["Complete", "Complete"]);
    assert.equal(client.sink.received.filter(isResult).length, 1);
  });

  it("that others joined leaves theirs running", async () => {
    const image = await debianImage({ bash: "1.5" });
    const gate = holdLayer(image);
    const two = await startAgentFixture({ MAX_ACTIVE_OPERATIONS: "2" });
    const client = await two.client("joined", { before: [gate.handler] });
    client.registry.push("app", "latest", image);
    await two.scan(client, { scanId: "leader", repository: "app" });
    await gate.reached;
    await two.scan(client, { scanId: "follower", repository: "app" });
    while (!/tidewaiter_scans_joined_total\{role="agent"\} 1/.test(await two.metrics.registry.metrics()))
      await delay(10);

    await two.call(client, "DELETE", "/scans/leader");
    gate.open();
    const result = await client.sink.until((callback) => isResult(callback) && callback.body.scanId === "follower");
    await two.close();

    assert.equal(result.body.state, "Complete");
  });
});

/** Holds the layer of an image back until it is opened. */
function holdLayer({ blobs }: BuiltManifest) {
  const layer = [...blobs.keys()].at(-1) ?? "";
  const reached = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const handler: RequestHandler = (req, _res, next) => {
    if (req.method !== "GET" || !req.path.endsWith(layer)) return next();
    reached.resolve();
    void opened.promise.then(() => next());
  };
  return { handler, reached: reached.promise, open: opened.resolve };
}

async function assertSlotIsFree(fixture: AgentFixture, name: string): Promise<void> {
  const client: TestClient = await fixture.client(name);
  client.registry.push("app", "latest", await debianImage({ bash: "2" }));
  await fixture.scan(client, { scanId: name, repository: "app" });
  assert.equal((await client.sink.until(isResult)).body.state, "Complete");
}
