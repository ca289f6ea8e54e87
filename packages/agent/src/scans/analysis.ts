import type { AnalysisProgress, ImageSource, ScanLimits } from "@tidewaiter/image";
import type { ResolvedImage } from "@tidewaiter/registry";
import { BrokerError } from "@tidewaiter/runtime";
import type { ProgressState } from "./progress.ts";
import type { Analysis } from "./threads/messages.ts";
import type { ScanThreads } from "./threads/scan-threads.ts";

const SIZE_VARIABLE = "SNYK_MAX_IMAGE_SIZE_IN_BYTES";

/** An image of the registry, and how to find what is attached to it. */
export type AnalysedImage = ResolvedImage & Pick<ImageSource, "listReferrers">;

export interface AnalyseOptions {
  readonly signal: AbortSignal;
  readonly connection: string;
  readonly onProgress: (state: ProgressState) => void;
}

export type Analyse = (image: AnalysedImage, options: AnalyseOptions) => Promise<Analysis>;

export interface AnalyserOptions {
  readonly threads: ScanThreads;
  readonly limits: ScanLimits;
}

/** The analyser with this agent's limits. @throws {BrokerError} IMAGE_TOO_LARGE before any layer is fetched. */
export function createAnalyser({ threads, limits }: AnalyserOptions): Analyse {
  return async (image, { signal, connection, onProgress }) => {
    if (image.sizeBytes > limits.imageBytes) {
      const text = `the image has ${image.sizeBytes} bytes, the limit is ${limits.imageBytes}`;
      throw new BrokerError("IMAGE_TOO_LARGE", text);
    }
    const run = {
      // The registry's streams fail by themselves when their bytes are others.
      source: { ...image, verifiesBlobs: true },
      task: { connection, limits },
      signal,
      onProgress: (progress: AnalysisProgress) => {
        const isRead = progress.layersTotal > 0 && progress.layersDone === progress.layersTotal;
        onProgress({ ...progress, phase: isRead ? "analyse" : "pull" });
      },
    };
    return threads.run(run).catch(rejectNamed);
  };
}

function rejectNamed(error: unknown): never {
  throw nameVariable(error);
}

/** The analyser names a variable for each size; on the agent one of the vendor's sets both. */
function nameVariable(error: unknown): unknown {
  if (!(error instanceof BrokerError) || error.code !== "LIMIT_EXCEEDED") return error;
  const message = error.message.replace(/TIDEWAITER_SCAN_(LAYER|IMAGE)_MAX_MB/, SIZE_VARIABLE);
  const [variable] = /(TIDEWAITER|SNYK)_[A-Z_]+/.exec(message) ?? [];
  const action = variable ? `raise ${variable} if the image is trusted` : error.action;
  return new BrokerError(error.code, message, { cause: error, action });
}
