import { analyseImage, type LayerCache } from "@tidewaiter/image";
import type { Inventory } from "@tidewaiter/inventory";
import type { ResolvedImage } from "@tidewaiter/registry";
import { BrokerError, type Logger } from "@tidewaiter/runtime";
import type { ProgressState } from "./progress.ts";

/** An inventory and what it cost. */
export interface Analysis {
  readonly inventory: Inventory;
  readonly bytesFetched: number;
  readonly layersCached: number;
  readonly layersRead: number;
}

export interface AnalyseOptions {
  readonly signal: AbortSignal;
  readonly connection: string;
  readonly onProgress: (state: ProgressState) => void;
}

export type Analyse = (image: ResolvedImage, options: AnalyseOptions) => Promise<Analysis>;

export interface AnalyserOptions {
  readonly log: Logger;
  readonly cache?: LayerCache;
  /** Largest image, stored and unpacked. */
  readonly maxImageBytes: number;
  readonly timeoutMs: number;
}

/** The analyser with this agent's limits. @throws {BrokerError} IMAGE_TOO_LARGE before any layer is fetched. */
export function createAnalyser({ log, cache, maxImageBytes, timeoutMs }: AnalyserOptions): Analyse {
  const limits = { imageBytes: maxImageBytes, layerBytes: maxImageBytes, timeMs: timeoutMs };
  return async (image, { signal, connection, onProgress }) => {
    if (image.sizeBytes > maxImageBytes) {
      throw new BrokerError("IMAGE_TOO_LARGE", `the image has ${image.sizeBytes} bytes, the limit is ${maxImageBytes}`);
    }
    let cost = { bytesFetched: 0, layersCached: 0, layersRead: 0 };
    const inventory = await analyseImage(image, {
      signal,
      log,
      cache,
      connection,
      limits,
      onProgress: (progress) => {
        const isRead = progress.layersTotal > 0 && progress.layersDone === progress.layersTotal;
        onProgress({ ...progress, phase: isRead ? "analyse" : "pull" });
      },
      onStats: ({ bytesFetched, layersCached, layersFetched }) => {
        cost = { bytesFetched, layersCached, layersRead: layersFetched };
      },
    }).catch(rejectNamed);
    return { inventory, ...cost };
  };
}

function rejectNamed(error: unknown): never {
  throw nameVariable(error);
}

/** The analyser knows its limits by their own names; on the agent one variable sets the sizes. */
function nameVariable(error: unknown): unknown {
  if (!(error instanceof BrokerError) || error.code !== "LIMIT_EXCEEDED") return error;
  const action =
    "if the image is trusted and the message names imageBytes or layerBytes, raise SNYK_MAX_IMAGE_SIZE_IN_BYTES";
  return new BrokerError(error.code, error.message, { cause: error, action });
}
