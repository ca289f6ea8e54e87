import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type AnalysisStats, analyseImage, openLayerCache } from "@tidewaiter/image";
import { createRegistry, type Registry } from "@tidewaiter/registry";
import { type BuiltLayer, buildImage, buildLayer, createContent, registryApp } from "@tidewaiter/sample-registry";

const IMAGES = 160;
const BASES = 4;
const MIDDLES = 36;
const FILE_BYTES = 200_000;
const REPOSITORY = "bench/app";

export interface SharedFigures {
  readonly seconds: number;
  readonly layersFetched: number;
  readonly rssGrowthMb: number;
  readonly rescanHeads: number;
  readonly rescanBlobs: number;
}

/**
 * 160 images over 40 unique layers, from a registry and through one layer cache, twice. The second time each is asked for
 * by its tag, as a scheduled scan does it, and what still has the digest of before is not opened. Requests are counted
 * where they arrive.
 */
export async function scanSharedImages(): Promise<SharedFigures> {
  const counts = { heads: 0, blobs: 0 };
  const { registry, close } = await startShared(counts);
  const cache = openLayerCache(":memory:");
  const known = new Map<string, string>();
  let layersFetched = 0;
  const scan = async (tag: string): Promise<void> => {
    const { digest } = await registry.headManifest(REPOSITORY, tag);
    if (known.get(tag) === digest) return;
    const onStats = (stats: AnalysisStats): void => {
      layersFetched += stats.layersFetched;
    };
    await analyseImage(await registry.resolve(REPOSITORY, digest, {}), { cache, connection: "bench", onStats });
    known.set(tag, digest);
  };
  const scanAll = async (): Promise<void> => {
    for (let number = 0; number < IMAGES; number += 1) await scan(`v${number}`);
  };
  const before = process.memoryUsage().rss;
  const started = performance.now();
  await scanAll();
  const seconds = (performance.now() - started) / 1000;
  const rssGrowthMb = (process.memoryUsage().rss - before) / 1_000_000;
  Object.assign(counts, { heads: 0, blobs: 0 });
  await scanAll();
  cache.close();
  await close();
  return { seconds, layersFetched, rssGrowthMb, rescanHeads: counts.heads, rescanBlobs: counts.blobs };
}

async function startShared(counts: {
  heads: number;
  blobs: number;
}): Promise<{ registry: Registry; close(): Promise<void> }> {
  const content = await buildShared();
  const app = registryApp({
    content,
    before: [
      (req, _res, next) => {
        if (req.path.includes("/blobs/")) counts.blobs += 1;
        else if (req.path.includes("/manifests/")) counts.heads += 1;
        next();
      },
    ],
  });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const registry = createRegistry({
    type: "oci",
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    isPlainHttp: true,
    isTlsVerified: true,
    repositories: [],
    platforms: [],
    allowsForeignLayers: false,
    tokenHosts: [],
  });
  const close = async (): Promise<void> => {
    await registry.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { registry, close };
}

async function buildShared(): Promise<ReturnType<typeof createContent>> {
  const bases = await Promise.all(Array.from({ length: BASES }, (_, index) => layerOf(`base${index}`, 30)));
  const middles = await Promise.all(Array.from({ length: MIDDLES }, (_, index) => layerOf(`middle${index}`, 8)));
  const content = createContent();
  for (let number = 0; number < IMAGES; number += 1) {
    const layers = [bases[number % BASES], middles[number % MIDDLES], middles[(number * 7 + 1) % MIDDLES]];
    const image = buildImage(
      layers.filter((layer) => layer !== undefined),
      { labels: { number: String(number) } },
    );
    content.push(REPOSITORY, `v${number}`, image);
  }
  return content;
}

function layerOf(name: string, files: number): Promise<BuiltLayer> {
  const entries = Array.from(
    { length: files },
    (_, index) => [`opt/${name}/${index}`, Buffer.alloc(FILE_BYTES, `${name}${index}`)] as const,
  );
  const manifest = JSON.stringify({ name, version: "1.0.0" });
  return buildLayer({ ...Object.fromEntries(entries), [`srv/node_modules/${name}/package.json`]: manifest });
}
