import { parentPort, workerData } from "node:worker_threads";
import { type AnalysisStats, analyseImage, type LayerCache, openLayerCache } from "@tidewaiter/image";
import type { Inventory } from "@tidewaiter/inventory";
import { type Logger, silentLogger } from "@tidewaiter/runtime";
import {
  type Analysis,
  type FromThread,
  type ScanTask,
  type ThreadSetup,
  type ToThread,
  toThreadProblem,
} from "./messages.ts";
import { createRemoteImage, type RemoteImage } from "./remote-image.ts";

type Port = NonNullable<typeof parentPort>;

if (parentPort) serve(parentPort, workerData as ThreadSetup);

/** Takes one scan after the other. Nobody asks it to stop: a scan that is not wanted any more ends with its thread. */
function serve(port: Port, { cachePath, cacheBytes }: ThreadSetup): void {
  const cache = cachePath === undefined ? undefined : openLayerCache(cachePath, { maxBytes: cacheBytes });
  const send = (message: FromThread, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
  let image: RemoteImage | undefined;
  port.on("message", (message: ToThread) => {
    if (message.kind !== "scan") {
      image?.take(message);
      return;
    }
    const current = createRemoteImage(message.task, send);
    image = current;
    analyse(current, message.task, cache, send).then(
      (analysis) => send({ kind: "done", analysis }, [analysis.inventory.json.buffer]),
      (error: unknown) => send({ kind: "failed", problem: toThreadProblem(error) }),
    );
  });
}

async function analyse(
  { source }: RemoteImage,
  { connection, limits }: ScanTask,
  cache: LayerCache | undefined,
  send: (message: FromThread) => void,
): Promise<Analysis> {
  let cost: AnalysisStats = { bytesFetched: 0, layersFetched: 0, layersCached: 0, layersReread: 0 };
  const inventory = await analyseImage(source, {
    cache,
    connection,
    limits,
    log: sendWarnings(send),
    onProgress: (progress) => send({ kind: "progress", progress }),
    onStats: (stats) => {
      cost = stats;
    },
  });
  const { bytesFetched, layersCached, layersFetched: layersRead } = cost;
  return { inventory: pack(inventory), bytesFetched, layersCached, layersRead };
}

function pack(inventory: Inventory): Analysis["inventory"] {
  // A copy of its own size: small buffers are slices of one that cannot be handed over.
  const json = Uint8Array.from(Buffer.from(JSON.stringify(inventory), "utf8"));
  return { image: inventory.image, packages: inventory.packages.length, json };
}

function sendWarnings(send: (message: FromThread) => void): Logger {
  return {
    ...silentLogger,
    warn: (message, fields = {}) => {
      const texts = Object.entries(fields).map(([key, value]) => [key, String(value)]);
      send({ kind: "warning", message, fields: Object.fromEntries(texts) });
    },
  };
}
