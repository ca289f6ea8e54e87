import { join } from "node:path";
import { getHeapStatistics } from "node:v8";
import { openLayerCache } from "@tidewaiter/image";
import type { Logger } from "@tidewaiter/runtime";
import type { AgentSettings } from "../../settings.ts";
import { createScanThreads, type ScanThreads } from "./scan-threads.ts";

const MB = 1024 * 1024;
/** Facts, parsed files and the inventory take part of a scan's heap beside what is set for its layers. */
const HEAP_SHARE = 1.5;

/** Threads with this agent's memory and layer cache. The cache is brought up to date here, before several threads open it. */
export function openScanThreads(settings: AgentSettings, log: Logger): ScanThreads {
  const { TIDEWAITER_LAYER_CACHE_BYTES: cacheBytes, TIDEWAITER_DATA_DIR: folder, limits } = settings;
  const cachePath = cacheBytes === 0 ? undefined : join(folder, "layers.db");
  if (cachePath !== undefined) openLayerCache(cachePath, { maxBytes: cacheBytes }).close();
  const heapBytes = Math.min(limits.memoryBytes * HEAP_SHARE, getHeapStatistics().heap_size_limit);
  return createScanThreads({ setup: { cachePath, cacheBytes }, heapMb: Math.round(heapBytes / MB), log });
}
