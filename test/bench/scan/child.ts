import { readFileSync } from "node:fs";
import type { RegistryConnection } from "@tidewaiter/contract";
import type { ImageSource, LayerPool } from "@tidewaiter/image";
import { requireNode } from "@tidewaiter/runtime/require-node.js";

/** One measured run of ours or of the floor: `ours|floor pull|archive|folder target [repository]`. Prints one JSON line. */
const [who = "", mode = "", target = "", repository = ""] = process.argv.slice(2);

async function open(): Promise<{ source: ImageSource; close: () => Promise<void> }> {
  if (mode === "pull") return openRegistry();
  const { openOciArchive, openOciFolder } = await import("@tidewaiter/image");
  return { source: await (mode === "archive" ? openOciArchive : openOciFolder)(target), close: async () => {} };
}

async function openRegistry(): Promise<{ source: ImageSource; close: () => Promise<void> }> {
  const { createRegistry } = await import("@tidewaiter/registry");
  const connection: RegistryConnection = {
    type: "oci",
    base: `https://${target}`,
    ca: readFileSync(process.env.BENCH_CA ?? "", "utf8"),
    isPlainHttp: false,
    isTlsVerified: true,
    repositories: [],
    platforms: [],
    allowsForeignLayers: false,
    tokenHosts: [],
  };
  // As the command calls registries.
  const registry = createRegistry(connection, { outbound: { allowsHttp2: false } });
  const image = await registry.resolve(repository, "1", {});
  return { source: { ...image, verifiesBlobs: true }, close: () => registry.close() };
}

async function floor(source: ImageSource): Promise<number> {
  const { walkLayer } = await import("./floor.ts");
  const layers = [...source.manifest.layers];
  const entries = await Promise.all(
    [0, 1].map(async () => {
      let count = 0;
      for (let layer = layers.shift(); layer; layer = layers.shift()) {
        count += (await walkLayer(await source.openBlob(layer))).entries;
      }
      return count;
    }),
  );
  return entries.reduce((sum, count) => sum + count, 0);
}

async function ours(source: ImageSource, pool: LayerPool | undefined): Promise<number> {
  const { analyseImage } = await import("@tidewaiter/image");
  const { packages } = await analyseImage(source, { pool });
  return packages.length;
}

/** As the command starts: with its settings of Node, and before the image is opened. */
async function startPool(): Promise<LayerPool | undefined> {
  requireNode();
  const { createScanPool, DEFAULT_LIMITS } = await import("@tidewaiter/image");
  return createScanPool(DEFAULT_LIMITS);
}

const pool = who === "ours" ? await startPool() : undefined;
const { source, close } = await open();
const packages = await (who === "floor" ? floor(source) : ours(source, pool));
await pool?.close();
await close();
process.stdout.write(`${JSON.stringify({ packages, rssMb: process.resourceUsage().maxRSS / 1000 })}\n`);
