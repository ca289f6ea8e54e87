import { createLimiter } from "@tidewaiter/runtime";
import type { LayerFacts } from "../layer/layer-facts.ts";
import type { LayerTask } from "../layer/layer-task.ts";
import { LayerThread, type StoredLayer, type ThreadCall } from "./layer-thread.ts";

/** Threads that read layers, so that hashing and parsing keep neither each other nor the event loop waiting. */
export interface LayerPool {
  readonly size: number;
  /** @throws as `readLayer`; LIMIT_EXCEEDED when the layer took all the memory that a thread may have. */
  read(stored: StoredLayer, task: LayerTask, call: ThreadCall): Promise<LayerFacts>;
  /** Ends the threads that have nothing to do, whose memory others may need now; the next layer starts one again. */
  release(): void;
  close(): Promise<void>;
}

/**
 * Threads start when they are first needed and stay until the pool is closed; one starts at once, so that it is ready when
 * the manifest has come.
 */
export function createLayerPool(size: number): LayerPool {
  const limiter = createLimiter(size);
  const all = new Set<LayerThread>();
  const idle: LayerThread[] = [];
  const start = (): LayerThread => {
    const thread = new LayerThread();
    all.add(thread);
    return thread;
  };
  const end = async (thread: LayerThread): Promise<void> => {
    await thread.close();
    all.delete(thread);
  };
  idle.push(start());
  return {
    size,
    read: (stored, task, call) =>
      limiter.run(async () => {
        const thread = idle.pop() ?? start();
        try {
          const facts = await thread.read(stored, task, call);
          idle.push(thread);
          return facts;
        } catch (error) {
          // What a failed layer left behind is not worth finding out: the next one gets a fresh thread.
          await end(thread);
          throw error;
        }
      }, call.signal),
    release: () => {
      for (const thread of idle.splice(0)) end(thread).catch(() => {});
    },
    close: async () => {
      await Promise.all([...all].map((thread) => thread.close()));
      all.clear();
      idle.length = 0;
    },
  };
}
