import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { after, describe, it } from "node:test";
import { DEFAULT_LIMITS, type ImageSource } from "@tidewaiter/image";
import { BrokerError, silentLogger } from "@tidewaiter/runtime";
import { buildImage } from "../../../../../test/support/built-image.ts";
import { createScanThreads } from "./scan-threads.ts";

const setup = { cacheBytes: 0 };
const task = { connection: "connection-a", limits: DEFAULT_LIMITS };
const status = "Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2\n";
const never = new AbortController().signal;
const onProgress = (): void => {};

describe("threads for scans", () => {
  const threads = createScanThreads({ setup, heapMb: 256, log: silentLogger });
  after(() => threads.close());

  it("take the inventory of an image whose blobs are opened outside", async () => {
    const source = await buildImage([{ "var/lib/dpkg/status": status, filling: Buffer.alloc(3_000_000, "ab") }]);

    const { inventory, layersRead } = await threads.run({ source, task, signal: never, onProgress });

    const { packages } = JSON.parse(Buffer.from(inventory.json).toString("utf8"));
    assert.deepEqual([inventory.image.digest, inventory.packages, layersRead], [source.digest, 1, 1]);
    assert.equal(packages[0].name, "bash");
  });

  it("ask outside for what is attached to the image, and scan on when that cannot be had", async () => {
    const source = await buildImage([{ a: "b" }]);
    const signature = {
      digest: `sha256:${"5".repeat(64)}`,
      artifactType: "application/vnd.dev.cosign.simplesigning.v1+json",
    };
    const denied = async () => Promise.reject(new BrokerError("REGISTRY_FORBIDDEN", "not for you"));

    const signed = await threads.run({
      source: { ...source, listReferrers: async () => [signature] },
      task,
      signal: never,
      onProgress,
    });
    const unknown = await threads.run({
      source: { ...source, listReferrers: denied },
      task,
      signal: never,
      onProgress,
    });

    assert.deepEqual(signed.inventory.image.attached, [{ ...signature, kind: "signature" }]);
    const { problems } = JSON.parse(Buffer.from(unknown.inventory.json).toString("utf8"));
    assert.deepEqual([unknown.inventory.image.attached, problems[0].code], [undefined, "ATTACHMENTS_UNKNOWN"]);
  });

  it("pass on the source's own failure, and scan on afterwards", async () => {
    const source = await buildImage([{ "var/lib/dpkg/status": status }]);
    const fault = new BrokerError("REGISTRY_UNAVAILABLE", "the registry went away", { retryAfterMs: 7 });
    const lost: ImageSource = { ...source, openBlob: async () => Promise.reject(fault) };
    const cut: ImageSource = { ...source, openBlob: async () => Readable.from(brokenSource(fault)) };

    await assert.rejects(threads.run({ source: lost, task, signal: never, onProgress }), fault);
    await assert.rejects(threads.run({ source: cut, task, signal: never, onProgress }), fault);
    assert.equal((await threads.run({ source, task, signal: never, onProgress })).inventory.packages, 1);
  });

  it("let go of a scan at once, though its thread computes and listens to nobody", async () => {
    const source = await buildImage([{ a: "b" }]);
    const entry = new URL(`data:text/javascript,${encodeURIComponent(BUSY)}`);
    const busy = createScanThreads({ setup, heapMb: 64, log: silentLogger, entry });
    const stop = new AbortController();
    const isBusy = (): void => stop.abort(new DOMException("the scan was stopped", "AbortError"));

    const running = busy.run({ source, task, signal: stop.signal, onProgress: isBusy });

    await assert.rejects(running, { name: "AbortError", message: "the scan was stopped" });
    await busy.close();
  });

  it("fail the scan and not the process when an image takes all the memory", async () => {
    const source = await buildImage([{ a: "b" }]);
    const entry = new URL(`data:text/javascript,${encodeURIComponent(GREEDY)}`);
    const greedy = createScanThreads({ setup, heapMb: 16, log: silentLogger, entry });

    const running = greedy.run({ source, task, signal: never, onProgress });

    await assert.rejects(running, { code: "LIMIT_EXCEEDED", message: /16 MB of memory \(TIDEWAITER_SCAN_MEMORY\)/ });
    await greedy.close();
  });
});

/** A thread that says that it works, and then never looks up again. */
const BUSY = `
import { parentPort } from "node:worker_threads";
parentPort.on("message", () => {
  parentPort.postMessage({ kind: "progress", progress: {} });
  for (;;);
});`;

const GREEDY = `
import { parentPort } from "node:worker_threads";
parentPort.on("message", () => {
  const all = [];
  for (;;) all.push(new Array(100_000).fill(all.length + 0.5));
});`;

async function* brokenSource(fault: Error): AsyncGenerator<Buffer> {
  yield Buffer.from("x");
  throw fault;
}
