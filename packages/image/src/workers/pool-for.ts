import type { ImageManifest } from "@tidewaiter/oci";
import { threadCount } from "../analyse.ts";
import type { ScanLimits } from "../limits.ts";
import { createLayerPool, type LayerPool } from "./layer-pool.ts";

/** Stored bytes from which the time that threads save is more than the time they take to start. */
const WORTH_BYTES = 150 * 1024 * 1024;

/** Threads for one scan in a process that does nothing else; undefined where they do not pay. The caller closes them. */
export function createPoolFor(
  { layers }: Pick<ImageManifest, "layers">,
  limits: Pick<ScanLimits, "memoryBytes">,
): LayerPool | undefined {
  const count = Math.min(threadCount(limits), new Set(layers.map(({ digest }) => digest)).size);
  const bytes = layers.reduce((sum, { size }) => sum + size, 0);
  return count > 1 && bytes >= WORTH_BYTES ? createLayerPool(count) : undefined;
}
