import type { Analysis } from "./messages.ts";
import { type ScanThread, type ScanThreadOptions, startScanThread, type ThreadRun } from "./scan-thread.ts";

/** Threads for as many scans as run at once. They start when they are first needed, and stay until the agent stops. */
export interface ScanThreads {
  run(run: ThreadRun): Promise<Analysis>;
  close(): Promise<void>;
}

export function createScanThreads(options: ScanThreadOptions): ScanThreads {
  const idle: ScanThread[] = [];
  const all = new Set<ScanThread>();
  const take = (): ScanThread => {
    for (let thread = idle.pop(); thread; thread = idle.pop()) if (thread.isAlive) return thread;
    const thread = startScanThread(options);
    all.add(thread);
    return thread;
  };
  const drop = (thread: ScanThread): void => {
    // Nobody waits for it: a stopped scan frees its slot at once, though its thread may need a moment.
    void thread.close().finally(() => all.delete(thread));
  };
  return {
    async run(run) {
      const thread = take();
      try {
        const analysis = await thread.run(run);
        idle.push(thread);
        return analysis;
      } catch (error) {
        // It may still be busy, and what a failed scan left behind is not worth finding out.
        drop(thread);
        throw error;
      }
    },
    async close() {
      await Promise.all([...all].map((thread) => thread.close()));
      all.clear();
      idle.length = 0;
    },
  };
}
