import { EventEmitter, once } from "node:events";
import { getCompileCacheDir } from "node:module";
import { Worker } from "node:worker_threads";
import { BrokerError } from "@tidewaiter/runtime";
import type { LayerFacts } from "../layer/layer-facts.ts";
import type { LayerTask } from "../layer/layer-task.ts";
import type { BlobPlace } from "../sources/blob-place.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

/** A layer's stored bytes as they come, or where they lie in a file that the thread reads by itself. */
export type StoredLayer = AsyncIterable<Buffer> | BlobPlace;

export interface ThreadCall {
  readonly signal: AbortSignal;
  /** Told how many stored bytes were read since it was last told. */
  readonly onBytes: (count: number) => void;
}

/** Sources give pieces of 16 KB and less: gathered, a message is worth its price. */
const BLOCK_BYTES = 512 * 1024;
/** Blocks that are on their way to the thread at once. */
const BLOCKS = 3;
/** What a thread holds of a layer's bytes besides the file that it looks at. */
export const THREAD_BUFFER_BYTES = 2 * BLOCKS * BLOCK_BYTES;
/** Heap of one thread. Layers' bytes lie outside it; facts and parsed files within. */
const HEAP_MB = 384;
/** Small, so that the buffers that pass through are given back soon. */
const YOUNG_HEAP_MB = 4;
const ENTRY = new URL("./entry.js", import.meta.url);

/** One thread that reads layers, one after the other. */
export class LayerThread {
  readonly #worker = new Worker(ENTRY, {
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: YOUNG_HEAP_MB },
    stdout: false,
    workerData: { compileCache: getCompileCacheDir() },
  });
  /** Shared, not handed over: a buffer that changes hands is a new one each time, and the garbage collector's work. */
  readonly #blocks = Array.from({ length: BLOCKS }, () => new Uint8Array(new SharedArrayBuffer(BLOCK_BYTES)));
  #death: BrokerError | undefined;

  constructor() {
    this.#worker.on("error", (cause) => {
      this.#death = threadFailure(cause);
    });
    // An idle thread keeps no process alive; while it reads, the promise's own listeners do.
    this.#worker.unref();
  }

  /** @throws as `readLayer`; LIMIT_EXCEEDED when the layer took all the memory that a thread may have. */
  async read(stored: StoredLayer, task: LayerTask, { signal, onBytes }: ThreadCall): Promise<LayerFacts> {
    signal.throwIfAborted();
    if (this.#death) throw this.#death;
    const over = new AbortController();
    const answer = new ThreadAnswer(this.#worker, AbortSignal.any([signal, over.signal]), onBytes);
    this.#worker.ref();
    try {
      const place = "path" in stored ? stored : undefined;
      this.#send({ kind: "task", task, blocks: this.#blocks.map(({ buffer }) => buffer), place });
      // A fault of the source may come before any facts.
      if (!("path" in stored)) await Promise.race([answer.facts, this.#sendAll(stored, answer, onBytes)]);
      return await answer.facts;
    } finally {
      over.abort();
      this.#worker.unref();
    }
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  async #sendAll(stored: AsyncIterable<Buffer>, answer: ThreadAnswer, onBytes: ThreadCall["onBytes"]): Promise<void> {
    let [block, length] = [await answer.takeBlock(), 0];
    for await (const chunk of stored) {
      onBytes(chunk.length);
      for (let at = 0; at < chunk.length; ) {
        if (length === BLOCK_BYTES) {
          this.#send({ kind: "chunk", block, length });
          [block, length] = [await answer.takeBlock(), 0];
        }
        const taken = Math.min(chunk.length - at, BLOCK_BYTES - length);
        this.#blocks[block]?.set(taken === chunk.length ? chunk : chunk.subarray(at, at + taken), length);
        length += taken;
        at += taken;
      }
    }
    if (length > 0) this.#send({ kind: "chunk", block, length });
    this.#send({ kind: "end" });
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }
}

/** Listens to a thread for the time of one layer, that is until the signal fires. */
class ThreadAnswer {
  readonly #events = new EventEmitter();
  readonly #signal: AbortSignal;
  readonly #free = Array.from({ length: BLOCKS }, (_, block) => block);
  readonly facts: Promise<LayerFacts>;

  constructor(worker: Worker, signal: AbortSignal, onBytes: ThreadCall["onBytes"]) {
    const { promise, resolve, reject } = Promise.withResolvers<LayerFacts>();
    const onMessage = (message: FromWorker): void => {
      if (message.kind === "facts") resolve(message.facts);
      else if (message.kind === "failed") reject(new BrokerError(message.code, message.message, message));
      else if (message.kind === "read") onBytes(message.bytes);
      else {
        this.#free.push(message.block);
        this.#events.emit("taken");
      }
    };
    const onError = (cause: unknown): void => reject(threadFailure(cause));
    worker.on("message", onMessage);
    worker.on("error", onError);
    const stop = (): void => {
      worker.off("message", onMessage);
      worker.off("error", onError);
      reject(signal.reason);
    };
    signal.addEventListener("abort", stop, { once: true });
    this.#signal = signal;
    this.facts = promise;
    // It is also waited for by way of the sender; here only to keep an early failure from being called unhandled.
    promise.catch(() => {});
  }

  /** The number of a block to fill: one that the thread is done with. */
  async takeBlock(): Promise<number> {
    for (;;) {
      this.#signal.throwIfAborted();
      const block = this.#free.pop();
      if (block !== undefined) return block;
      await once(this.#events, "taken", { signal: this.#signal });
    }
  }
}

function threadFailure(cause: unknown): BrokerError {
  const isMemory = cause instanceof Error && "code" in cause && cause.code === "ERR_WORKER_OUT_OF_MEMORY";
  if (isMemory) return new BrokerError("LIMIT_EXCEEDED", `a layer took more than ${HEAP_MB} MB to read`, { cause });
  return new BrokerError("INTERNAL", "a thread that read a layer ended", { cause });
}
