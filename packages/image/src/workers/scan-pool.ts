import { availableParallelism } from "node:os";
import { threadCount } from "../analyse.ts";
import type { ScanLimits } from "../limits.ts";
import { createLayerPool, type LayerPool } from "./layer-pool.ts";

/**
 * Threads for one scan in a process that does nothing else; undefined where there is one core only. Made before the image
 * is opened, the first of them starts while the registry answers. The caller closes them.
 */
export function createScanPool(limits: Pick<ScanLimits, "memoryBytes">): LayerPool | undefined {
  return availableParallelism() > 1 ? createLayerPool(threadCount(limits)) : undefined;
}
