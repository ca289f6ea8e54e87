import { Worker } from "node:worker_threads";
import type { AnalysisProgress, ImageSource } from "@tidewaiter/image";
import { BrokerError, type Logger } from "@tidewaiter/runtime";
import { createBlobSender } from "./blob-sender.ts";
import {
  type Analysis,
  type FromThread,
  fromThreadProblem,
  type ScanTask,
  type ThreadSetup,
  type ToThread,
} from "./messages.ts";

/** Small, so that the buffers that pass through are given back soon. */
const YOUNG_HEAP_MB = 8;
const ENTRY = new URL("./scan-worker.ts", import.meta.url);

export interface ScanThreadOptions {
  readonly setup: ThreadSetup;
  readonly heapMb: number;
  readonly log: Logger;
  /** The program of the thread. */
  readonly entry?: URL;
}

export interface ThreadRun {
  readonly source: ImageSource;
  readonly task: Omit<ScanTask, "image" | "listsReferrers">;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: AnalysisProgress) => void;
}

/** A thread that analyses one image at a time, so that nothing that an image holds can keep the agent from answering. */
export interface ScanThread {
  /**
   * Rejects at once when the signal fires, whatever the thread is doing; after any rejection the thread is of no more use.
   *
   * @throws as `analyseImage`; LIMIT_EXCEEDED when the image took all the memory that a thread may have.
   */
  run(run: ThreadRun): Promise<Analysis>;
  /** False when it has ended, by itself or by `close`. */
  readonly isAlive: boolean;
  close(): Promise<void>;
}

export function startScanThread({ setup, heapMb, log, entry = ENTRY }: ScanThreadOptions): ScanThread {
  const worker = new Worker(entry, {
    workerData: setup,
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: YOUNG_HEAP_MB },
  });
  // An idle thread keeps no process alive.
  worker.unref();
  let isAlive = true;
  worker.once("exit", () => {
    isAlive = false;
  });
  worker.on("error", (error) => log.warn("a thread for scans ended", { error }));
  return {
    run: (run) => runOn(worker, heapMb, log, run),
    get isAlive() {
      return isAlive;
    },
    close: async () => void (await worker.terminate()),
  };
}

async function runOn(worker: Worker, heapMb: number, log: Logger, run: ThreadRun): Promise<Analysis> {
  const { source, task, signal, onProgress } = run;
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Analysis>();
  const send = (message: ToThread, transfer: ArrayBuffer[] = []): void => worker.postMessage(message, transfer);
  const blobs = createBlobSender(source, send, signal);
  const onMessage = (message: FromThread): void => {
    if (message.kind === "open") blobs.open(message);
    else if (message.kind === "authorize") blobs.authorize(message);
    else if (message.kind === "attached") blobs.attached(message.id);
    else if (message.kind === "taken") blobs.taken(message.id);
    else if (message.kind === "drop") blobs.drop(message.id);
    else if (message.kind === "progress") onProgress(message.progress);
    else if (message.kind === "warning") log.warn(message.message, message.fields);
    else if (message.kind === "done") resolve(message.analysis);
    else if (message.kind === "failed") reject(blobs.fault ?? fromThreadProblem(message.problem));
  };
  const onError = (cause: unknown): void => reject(threadFailure(heapMb, cause));
  const onExit = (): void => reject(threadFailure(heapMb, undefined));
  const onAbort = (): void => reject(signal.reason);
  worker.on("message", onMessage).on("error", onError).on("exit", onExit);
  signal.addEventListener("abort", onAbort);
  worker.ref();
  try {
    const { digest, platform, manifest, config, index, verifiesBlobs } = source;
    const image = { digest, platform, manifest, config, index, verifiesBlobs };
    send({ kind: "scan", task: { ...task, image, listsReferrers: source.listReferrers !== undefined } });
    return await promise;
  } finally {
    blobs.close();
    worker.unref();
    worker.off("message", onMessage).off("error", onError).off("exit", onExit);
    signal.removeEventListener("abort", onAbort);
  }
}

function threadFailure(heapMb: number, cause: unknown): BrokerError {
  const isMemory = cause instanceof Error && "code" in cause && cause.code === "ERR_WORKER_OUT_OF_MEMORY";
  if (!isMemory) return new BrokerError("INTERNAL", "the thread that analysed an image ended", { cause });
  const text = `the analysis took more than ${heapMb} MB of memory (TIDEWAITER_SCAN_MEMORY)`;
  return new BrokerError("LIMIT_EXCEEDED", text, { cause });
}
