import { type Clock, type Logger, retryDelay, systemClock, toBrokerError } from "@tidewaiter/runtime";
import type { Job, JobQueue } from "./job-queue.ts";

/** How a piece of work ended. `retry` comes back after the pause, `bury` never. */
export type Outcome =
  | { readonly kind: "done" }
  | { readonly kind: "retry"; readonly delayMs: number; readonly reason: string }
  | { readonly kind: "bury"; readonly reason: string };

export interface WorkersOptions {
  readonly queue: JobQueue;
  readonly slots: number;
  /** Name of this process in the store. */
  readonly worker: string;
  readonly log: Logger;
  /** Its signal fires when the lease was lost or the process stops; what it returns then counts for nothing. */
  readonly handle: (job: Job, signal: AbortSignal) => Promise<Outcome>;
  /** Longest wait before the queue is asked again when nobody called `wake`. */
  readonly pollMs?: number;
  readonly maxPerGroup?: number;
  readonly clock?: Clock;
}

export interface Workers {
  readonly running: number;
  /** Looks into the queue now. */
  wake(): void;
  /** Claims nothing more, waits for what runs, and after `drainMs` gives it back unfinished. */
  stop(drainMs: number): Promise<void>;
}

const FAULT_DELAY = { attempts: Number.MAX_SAFE_INTEGER, baseMs: 1_000, capMs: 60_000 };

/** Keeps up to `slots` jobs of a queue running. A store that fails is asked again after a pause; nothing here throws. */
export function startWorkers(options: WorkersOptions): Workers {
  const { queue, slots, worker, log, pollMs = 1_000, maxPerGroup, clock = systemClock } = options;
  const stopping = new AbortController();
  const ending = new AbortController();
  const running = new Set<Promise<void>>();
  let bell = Promise.withResolvers<void>();
  const wake = (): void => bell.resolve();

  const fill = async (): Promise<boolean> => {
    while (running.size < slots && !stopping.signal.aborted) {
      const job = await queue.claim({ worker, maxPerGroup });
      if (!job) return true;
      const task = runJob(options, job, ending.signal).finally(() => {
        running.delete(task);
        wake();
      });
      running.add(task);
    }
    return true;
  };
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      bell = Promise.withResolvers<void>();
      await fill().catch((error: unknown) => log.warn("the job store does not answer", { queue: queue.name, error }));
      const nap = new AbortController();
      await Promise.race([
        bell.promise,
        clock.sleep(pollMs, AbortSignal.any([stopping.signal, nap.signal])).catch(() => {}),
      ]);
      nap.abort();
    }
  };
  const looping = loop();
  return {
    get running() {
      return running.size;
    },
    wake,
    async stop(drainMs) {
      stopping.abort();
      wake();
      await looping;
      const rest = new AbortController();
      await Promise.race([Promise.all(running), clock.sleep(drainMs, rest.signal).catch(() => {})]);
      rest.abort();
      ending.abort(new DOMException("the process is stopping", "AbortError"));
      await Promise.all(running);
    },
  };
}

async function runJob(options: WorkersOptions, job: Job, ending: AbortSignal): Promise<void> {
  const { queue, log, handle } = options;
  const lost = new AbortController();
  const stopBeating = keepLease(options, job, () => lost.abort(new DOMException("the lease was lost", "AbortError")));
  const signal = AbortSignal.any([lost.signal, ending]);
  try {
    const outcome = await handle(job, signal).catch((error: unknown): Outcome => {
      const { message } = toBrokerError(error);
      if (!signal.aborted) log.warn("job failed", { queue: queue.name, jobId: job.id, attempt: job.attempt, error });
      return { kind: "retry", delayMs: retryDelay(job.attempt, FAULT_DELAY), reason: message };
    });
    if (ending.aborted && outcome.kind === "retry") await queue.release(job);
    else if (!lost.signal.aborted) await settle(queue, job, outcome);
  } catch (error) {
    log.warn("the end of a job could not be stored; its lease will run out", {
      queue: queue.name,
      jobId: job.id,
      error,
    });
  } finally {
    stopBeating();
  }
}

async function settle(queue: JobQueue, job: Job, outcome: Outcome): Promise<void> {
  if (outcome.kind === "done") await queue.complete(job);
  else if (outcome.kind === "retry") await queue.retry(job, outcome.delayMs, outcome.reason);
  else await queue.bury(job, outcome.reason);
}

/** Three beats in a lease. A store that fails once or twice loses nothing; a lease that is gone stops the work. */
function keepLease({ queue, log }: WorkersOptions, job: Job, onLost: () => void): () => void {
  const timer = setInterval(() => {
    queue.heartbeat(job).then(
      (isHeld) => {
        if (!isHeld) onLost();
      },
      (error: unknown) => log.warn("a heartbeat could not be stored", { queue: queue.name, jobId: job.id, error }),
    );
  }, queue.leaseMs / 3);
  return () => clearInterval(timer);
}
