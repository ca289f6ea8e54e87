import { once } from "node:events";
import { getCompileCacheDir } from "node:module";
import { Worker } from "node:worker_threads";
import { BrokerError, createLimiter } from "@tidewaiter/runtime";
import type { LayerFacts } from "../layer/layer-facts.ts";
import type { LayerTask } from "../layer/layer-task.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

/** Threads that read layers, so that hashing and parsing keep neither each other nor the event loop waiting. */
export interface LayerPool {
  readonly size: number;
  /** @throws as `readLayer`; LIMIT_EXCEEDED when the layer took all the memory that a thread may have. */
  read(stored: AsyncIterable<Buffer>, task: LayerTask, signal: AbortSignal): Promise<LayerFacts>;
  close(): Promise<void>;
}

/** Sources give pieces of 16 KB and less: gathered, a message is worth its price. */
const BLOCK_BYTES = 512 * 1024;
/** Blocks that are on their way to a thread at once. */
const MAX_BLOCKS = 3;
/** Heap of one thread. Layers' bytes lie outside it; facts and parsed files within. */
const HEAP_MB = 384;
/** Small, so that the buffers that pass through are given back soon. */
const YOUNG_HEAP_MB = 4;
const ENTRY = new URL("./entry.js", import.meta.url);

/** Threads start when they are first needed and stay until the pool is closed. */
export function createLayerPool(size: number): LayerPool {
  const limiter = createLimiter(size);
  const idle: LayerThread[] = [];
  const all = new Set<LayerThread>();
  const take = (): LayerThread => {
    const thread = idle.pop() ?? new LayerThread();
    all.add(thread);
    return thread;
  };
  return {
    size,
    read: (stored, task, signal) =>
      limiter.run(async () => {
        const thread = take();
        try {
          const facts = await thread.read(stored, task, signal);
          idle.push(thread);
          return facts;
        } catch (error) {
          // What a failed layer left behind is not worth finding out: the next one gets a fresh thread.
          all.delete(thread);
          await thread.close();
          throw error;
        }
      }, signal),
    close: async () => {
      await Promise.all([...all].map((thread) => thread.close()));
      all.clear();
      idle.length = 0;
    },
  };
}

class LayerThread {
  readonly #worker = new Worker(ENTRY, {
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: YOUNG_HEAP_MB },
    stdout: false,
    workerData: { compileCache: getCompileCacheDir() },
  });

  constructor() {
    // An idle thread keeps no process alive; while it reads, the promise's own listeners do.
    this.#worker.unref();
  }

  async read(stored: AsyncIterable<Buffer>, task: LayerTask, signal: AbortSignal): Promise<LayerFacts> {
    const worker = this.#worker;
    worker.ref();
    const over = new AbortController();
    const answer = new ThreadAnswer(worker);
    try {
      this.#send({ kind: "task", task });
      const sending = this.#sendAll(stored, answer, AbortSignal.any([signal, over.signal]));
      // The facts may be there before the last bytes were asked for, and a fault of the source before any facts.
      return await Promise.race([answer.facts, sending.then(() => answer.facts)]);
    } finally {
      over.abort();
      answer.dispose();
      worker.unref();
    }
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  async #sendAll(stored: AsyncIterable<Buffer>, answer: ThreadAnswer, signal: AbortSignal): Promise<void> {
    let [block, length] = [await answer.takeBlock(signal), 0];
    for await (const chunk of stored) {
      signal.throwIfAborted();
      for (let at = 0; at < chunk.length; ) {
        if (length === BLOCK_BYTES) {
          this.#send({ kind: "chunk", block, length }, [block]);
          [block, length] = [await answer.takeBlock(signal), 0];
        }
        const taken = chunk.copy(new Uint8Array(block), length, at);
        length += taken;
        at += taken;
      }
    }
    if (length > 0) this.#send({ kind: "chunk", block, length }, [block]);
    this.#send({ kind: "end" });
  }

  #send(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}

/** Listens to a thread for the time of one layer. */
class ThreadAnswer {
  readonly #events = new EventTarget();
  readonly #free: ArrayBuffer[] = [];
  #made = 0;
  readonly facts: Promise<LayerFacts>;
  readonly #stop: () => void;

  constructor(worker: Worker) {
    const { promise, resolve, reject } = Promise.withResolvers<LayerFacts>();
    const onMessage = (message: FromWorker): void => {
      if (message.kind === "facts") resolve(message.facts);
      else if (message.kind === "failed") reject(new BrokerError(message.code, message.message, message));
      else {
        this.#free.push(message.block);
        this.#events.dispatchEvent(new Event("taken"));
      }
    };
    const onError = (cause: unknown): void => reject(threadFailure(cause));
    worker.on("message", onMessage);
    worker.on("error", onError);
    this.facts = promise;
    // It is also waited for by way of the sender; here only to keep an early failure from being called unhandled.
    promise.catch(() => {});
    this.#stop = () => {
      worker.off("message", onMessage);
      worker.off("error", onError);
    };
  }

  /** A block to fill: a new one, or one that the thread is done with. */
  async takeBlock(signal: AbortSignal): Promise<ArrayBuffer> {
    while (this.#free.length === 0 && this.#made >= MAX_BLOCKS) await once(this.#events, "taken", { signal });
    const block = this.#free.pop();
    if (block) return block;
    this.#made += 1;
    return new ArrayBuffer(BLOCK_BYTES);
  }

  dispose(): void {
    this.#stop();
  }
}

function threadFailure(cause: unknown): BrokerError {
  const isMemory = cause instanceof Error && "code" in cause && cause.code === "ERR_WORKER_OUT_OF_MEMORY";
  if (isMemory) return new BrokerError("LIMIT_EXCEEDED", `a layer took more than ${HEAP_MB} MB to read`, { cause });
  return new BrokerError("INTERNAL", "a thread that read a layer ended", { cause });
}
