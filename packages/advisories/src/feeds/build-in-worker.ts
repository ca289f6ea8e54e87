import { Worker } from "node:worker_threads";
import { BrokerError, type ErrorCode } from "@tidewaiter/runtime";
import type { BuildOptions, BuildReport } from "./build.ts";

/** Records are read, written and forgotten: a small nursery collects them and their buffers soon, and memory stays flat. */
const YOUNG_GENERATION_MB = 12;

/** What the worker is told; functions cannot cross. */
export type BuildTask = Omit<BuildOptions, "onProgress">;

interface WorkerError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly likely?: string;
  readonly action?: string;
  readonly cause?: string;
}

export type BuildMessage =
  | { readonly kind: "progress"; readonly records: number }
  | { readonly kind: "report"; readonly report: BuildReport }
  | { readonly kind: "error"; readonly error: WorkerError };

/**
 * Builds a database in a thread of its own, so that the caller's event loop stays free. The signal ends the thread; what
 * it had written so far is a file that nobody reads.
 */
export async function buildInWorker(
  path: string,
  task: BuildTask,
  signal: AbortSignal,
  onProgress?: (records: number) => void,
): Promise<BuildReport> {
  signal.throwIfAborted();
  const worker = new Worker(new URL("./build-worker.ts", import.meta.url), {
    workerData: { path, task },
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  const ended = new AbortController();
  try {
    return await new Promise<BuildReport>((resolve, reject) => {
      worker.on("message", (message: BuildMessage) => {
        if (message.kind === "progress") onProgress?.(message.records);
        else if (message.kind === "report") resolve(message.report);
        else reject(new BrokerError(message.error.code, message.error.message, message.error));
      });
      worker.once("error", reject);
      worker.once("exit", () => reject(new BrokerError("INTERNAL", "the import ended without an answer")));
      signal.addEventListener("abort", () => reject(signal.reason), { once: true, signal: ended.signal });
    });
  } finally {
    ended.abort();
    await worker.terminate();
  }
}
