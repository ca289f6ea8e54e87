import { Worker } from "node:worker_threads";
import { BrokerError, type ErrorCode } from "@tidewaiter/runtime";
import type { StoreChanges } from "../store/changes.ts";
import type { BuildOptions, BuildReport } from "./build.ts";

/**
 * Records are read, written and forgotten: the smallest nursery collects them and their buffers soon. The heap may grow to
 * far more than any import needs, but with a bound that is not the machine's memory V8 lets it grow in smaller steps: a
 * quarter of a million records then take 190 MB in place of 300.
 */
const HEAP_LIMITS = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 1024 };

/** What to build; functions cannot cross. */
export type BuildTask = Omit<BuildOptions, "onProgress">;

/** Work on a database file that takes seconds. */
export type StoreTask =
  | { readonly kind: "build"; readonly options: BuildTask }
  | { readonly kind: "install"; readonly draft: string; readonly isForced: boolean };

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

/** Builds a database in a thread of its own, so that the caller's event loop stays free. @throws {BrokerError} */
export function buildInWorker(
  path: string,
  options: BuildTask,
  signal: AbortSignal,
  onProgress?: (records: number) => void,
): Promise<BuildReport> {
  return runStoreTask(path, { kind: "build", options }, signal, onProgress);
}

/** Checks a database from outside and puts it in place, in a thread of its own. @throws {BrokerError} */
export async function installInWorker(
  path: string,
  draft: string,
  isForced: boolean,
  signal: AbortSignal,
): Promise<StoreChanges | undefined> {
  return (await runStoreTask(path, { kind: "install", draft, isForced }, signal)).changes;
}

/** The signal ends the thread; what it had written so far is a file that nobody reads. */
async function runStoreTask(
  path: string,
  task: StoreTask,
  signal: AbortSignal,
  onProgress?: (records: number) => void,
): Promise<BuildReport> {
  signal.throwIfAborted();
  const worker = new Worker(new URL("./store-worker.ts", import.meta.url), {
    workerData: { path, task },
    resourceLimits: HEAP_LIMITS,
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
      worker.once("exit", () =>
        reject(new BrokerError("INTERNAL", "the work on the advisory database ended without an answer")),
      );
      signal.addEventListener("abort", () => reject(signal.reason), { once: true, signal: ended.signal });
    });
  } finally {
    ended.abort();
    await worker.terminate();
  }
}
