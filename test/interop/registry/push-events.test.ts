import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createPushReader } from "@tidewaiter/registry";
import { Secret } from "@tidewaiter/runtime";
import { buildSampleContent } from "../../conformance/registry-content.ts";
import { connectTo } from "../../conformance/registry-subject.ts";
import { startEmulator } from "../../emulators/start-emulator.ts";
import { missing } from "../../support/requirements.ts";
import { startDebianRegistry } from "./debian-registry.ts";
import { pushContent } from "./push-content.ts";

const MAX_WAITS = 200;

describe("docker-registry's notifications", { skip: missing("docker-registry") }, () => {
  it("are read as one proven event for each tag that was pushed, whatever else is told", async () => {
    const folder = mkdtempSync(join(tmpdir(), "registry-push-"));
    const sample = await buildSampleContent({ namespace: "acme", repositoryCount: 1, tagCount: 2 });
    const deliveries: { body: Buffer; headers: Record<string, string | string[] | undefined> }[] = [];
    await using sink = await startEmulator(async (req, res) => {
      deliveries.push({ body: await buffer(req), headers: req.headers });
      res.end();
    });
    const notify = { url: sink.url.href, secret: "hook-secret" };
    await using registry = await startDebianRegistry({
      storage: join(folder, "storage"),
      folder,
      mode: "open",
      notify,
    });
    const reader = connectTo({ type: "oci", registryBase: registry.address, extra: { plainHttp: true } });
    const secret = new Secret(notify.secret);
    const pushes = createPushReader();
    const events = async () =>
      (await Promise.all(deliveries.map((delivery) => pushes.read({ type: "oci", secret, ...delivery })))).flat();
    const expected = sample.repositories
      .flatMap((name) => (sample.content.tags(name) ?? []).map((tag) => `${name}:${tag}`))
      .sort();

    await pushContent(registry.address, sample);
    await reader.resolve(sample.app, "1.0", {});
    const tagged = async () =>
      [...new Set((await events()).flatMap(({ repository, tag }) => (tag ? `${repository}:${tag}` : [])))].sort();
    for (let waits = 0; waits < MAX_WAITS && (await tagged()).length < expected.length; waits += 1) await delay(50);

    assert.deepEqual(await tagged(), expected);
    assert.ok((await events()).every(({ action, isAuthentic, digest }) => action === "push" && isAuthentic && digest));
    const forged = { type: "oci", secret: new Secret("another"), ...(deliveries[0] ?? assert.fail()) } as const;
    await assert.rejects(pushes.read(forged), { code: "UNAUTHENTICATED" });
    await Promise.all([reader.close(), pushes.close()]);
    rmSync(folder, { recursive: true });
  });
});
