import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { encodeCredentials, scanResultSchema } from "@tidewaiter/contract";
import { listen } from "@tidewaiter/runtime";
import { buildImage, createContent, registryApp } from "@tidewaiter/sample-registry";
import { startAgentProcess } from "./agent-process.ts";
import { startCallbackSink } from "./callback-sink.ts";
import { generateLayer } from "./generated-layer.ts";

const HEAP_MB = 256;

describe("an image of 1 GB", { timeout: 300_000 }, () => {
  it(`is scanned on a heap of ${HEAP_MB} MB, and none of it stays on the disk`, async (t) => {
    const status = "Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2\n";
    const head = { "etc/os-release": 'ID=debian\nVERSION_ID="12"\n', "var/lib/dpkg/status": status };
    const layer = await generateLayer(1, 16, 64, head);
    const content = createContent();
    content.push("large", "latest", buildImage([{ ...layer, bytes: new Uint8Array(), createdBy: "COPY" }]));
    const app = registryApp({
      content,
      before: [
        (req, res, next) => {
          if (!req.path.endsWith(layer.descriptor.digest) || req.method !== "GET") return next();
          res.setHeader("content-length", layer.descriptor.size);
          layer.open().pipe(res);
        },
      ],
    });
    const registry = await listen(app, { port: 0, host: "127.0.0.1" });
    const sink = await startCallbackSink();
    const folder = await mkdtemp(join(tmpdir(), "tidewaiter-large-"));
    const agent = await startAgentProcess({
      env: { TIDEWAITER_DATA_DIR: folder },
      nodeArguments: [`--max-old-space-size=${HEAP_MB}`],
    });
    const credential = encodeCredentials({
      type: "oci",
      registryBase: registry.url,
      extra: { plainHttp: true },
    }).reveal();
    const headers = {
      authorization: credential,
      "x-tidewaiter-callback": sink.url,
      "content-type": "application/json",
    };

    const body = JSON.stringify({
      scanId: "large",
      nonce: "nonce-of-sixteen-characters",
      repository: "large",
      reference: "latest",
    });
    await fetch(`${agent.url}/scan`, { method: "POST", headers, body });
    const result = scanResultSchema.parse((await sink.until(({ path }) => path.endsWith("/result"))).body);
    const peakMb = Math.round((await peakKb(agent.pid)) / 1024);
    await agent.stop();
    await Promise.all([registry.close(0), sink.close()]);
    await rm(folder, { recursive: true, force: true });

    t.diagnostic(`peak ${peakMb} MB, ${result.timings?.analyseMs} ms`);
    assert.deepEqual([result.state, result.inventory?.packages.map(({ name }) => name)], ["Complete", ["bash"]]);
    assert.ok((result.timings?.bytesFetched ?? 0) > 1_000_000_000);
    assert.ok(peakMb < 2 * HEAP_MB, `${peakMb} MB`);
  });
});

async function peakKb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]);
}
