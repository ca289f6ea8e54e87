import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { startDebianRegistry } from "../../interop/registry/debian-registry.ts";
import { benchFolder } from "./cache.ts";
import { curlAndHash } from "./floor.ts";
import { type Figures, median, runJob } from "./run.ts";

const LAYERS = 6;
const LAYER_BYTES = 170_000_000;
const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

export interface ThroughputFigures {
  readonly oursMbs: number;
  readonly floorMbs: number;
  /** Processor time of one pull, in seconds: what is left when the machine is busy with other things. */
  readonly oursCpu: number;
  readonly floorCpu: number;
  readonly oursRssMb: number;
}

/** One image of a gigabyte from docker-registry, three blobs at once: ours against `curl | sha256sum`, in turn. */
export async function measureThroughput(rounds: number): Promise<ThroughputFigures> {
  await prepareImage();
  await using registry = await startDebianRegistry({ storage: storageFolder(), folder: benchFolder(), mode: "open" });
  const manifest = (await (
    await fetch(`http://${registry.address}/v2/bench/big/manifests/1`, { headers: { accept: MANIFEST_TYPE } })
  ).json()) as {
    layers: { digest: string }[];
  };
  const urls = manifest.layers.map(({ digest }) => `http://${registry.address}/v2/bench/big/blobs/${digest}`);
  const ours: Figures[] = [];
  const floor: ReturnType<typeof curlAndHash>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await runJob("ours", "throughput", registry.address, "bench/big", "1"));
    floor.push(curlAndHash(urls));
  }
  const megabytes = (LAYERS * LAYER_BYTES) / 1_000_000;
  return {
    oursMbs: median(ours.map(({ ms }) => megabytes / (ms / 1000))),
    floorMbs: median(floor.map(({ ms }) => megabytes / (ms / 1000))),
    oursCpu: median(ours.map(({ cpuMs = Number.NaN }) => cpuMs / 1000)),
    floorCpu: median(floor.map(({ cpuMs }) => cpuMs / 1000)),
    oursRssMb: median(ours.map(({ rssMb }) => rssMb)),
  };
}

function storageFolder(): string {
  return join(benchFolder(), "storage");
}

/** Random layers, pushed once and kept. */
export async function prepareImage(): Promise<void> {
  if (existsSync(join(storageFolder(), "docker/registry/v2/repositories/bench/big/_manifests/tags/1"))) return;
  mkdirSync(storageFolder(), { recursive: true });
  await using registry = await startDebianRegistry({ storage: storageFolder(), folder: benchFolder(), mode: "open" });
  const root = `http://${registry.address}/v2/bench/big`;
  const config = await put(
    root,
    Buffer.from('{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[]}}'),
  );
  const layers = [];
  for (let number = 0; number < LAYERS; number += 1) layers.push(await put(root, randomBytes(LAYER_BYTES)));
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: { mediaType: "application/vnd.oci.image.config.v1+json", ...config },
    layers: layers.map((layer) => ({ mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", ...layer })),
  };
  await fetch(`${root}/manifests/1`, {
    method: "PUT",
    headers: { "content-type": MANIFEST_TYPE },
    body: JSON.stringify(manifest),
  });
}

async function put(root: string, bytes: Buffer): Promise<{ digest: string; size: number }> {
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  const started = await fetch(`${root}/blobs/uploads/`, { method: "POST" });
  const location = new URL(started.headers.get("location") ?? "", root);
  location.searchParams.set("digest", digest);
  await fetch(location, {
    method: "PUT",
    headers: { "content-type": "application/octet-stream" },
    body: new Uint8Array(bytes),
  });
  return { digest, size: bytes.length };
}
