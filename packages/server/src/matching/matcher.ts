import { Worker } from "node:worker_threads";
import { BrokerError, type ErrorCode } from "@tidewaiter/runtime";
import type { Answers, Task } from "./tasks.ts";

/** Parses, packs and matches beside the event loop. */
export interface Matcher {
  /** @throws {BrokerError} The task's own code, UNAVAILABLE when the worker died, or CANCELLED. */
  run<K extends Task["kind"]>(task: Extract<Task, { kind: K }>, signal?: AbortSignal): Promise<Answers[K]>;
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: unknown) => void;
}

interface Reply {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: { readonly code: ErrorCode; readonly message: string; readonly cause?: string };
}

/** Matching makes many short-lived objects; the process itself keeps its young generation small. */
const YOUNG_GENERATION_MB = 48;

/** One worker that starts with the first task; one that dies is replaced with the next task. */
export function createMatcher(advisoryPath: string): Matcher {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let lastId = 0;
  const failAll = (error: unknown): void => {
    worker = undefined;
    for (const { reject } of waiting.values()) {
      reject(new BrokerError("UNAVAILABLE", "the matching worker ended", { cause: error }));
    }
    waiting.clear();
  };
  const start = (): Worker => {
    const fresh = new Worker(new URL("./match-worker.ts", import.meta.url), {
      workerData: { advisoryPath },
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    fresh.on("message", (reply: Reply) => settle(waiting, reply));
    fresh.on("error", failAll);
    fresh.on("exit", (code) => {
      if (worker === fresh) failAll(new Error(`exit code ${code}`));
    });
    return fresh;
  };
  return {
    run(task, signal) {
      signal?.throwIfAborted();
      worker ??= start();
      lastId += 1;
      const id = lastId;
      const answer = new Promise<never>((resolve, reject) => waiting.set(id, { resolve, reject }));
      const onAbort = (): void => {
        waiting.get(id)?.reject(signal?.reason);
        waiting.delete(id);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      worker.postMessage({ id, task });
      return answer.finally(() => signal?.removeEventListener("abort", onAbort));
    },
    async close() {
      const last = worker;
      failAll(new DOMException("closed", "AbortError"));
      await last?.terminate();
    },
  };
}

function settle(waiting: Map<number, Waiting>, { id, answer, error }: Reply): void {
  const task = waiting.get(id);
  waiting.delete(id);
  if (!error) task?.resolve(answer as never);
  else task?.reject(new BrokerError(error.code, error.message, { ...error, cause: error.cause }));
}
