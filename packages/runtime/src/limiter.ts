interface Waiter {
  readonly start: () => void;
}

/** Lets at most `limit` pieces of work run at once; the rest wait in order of arrival. */
export interface Limiter {
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  readonly running: number;
  readonly waiting: number;
}

export function createLimiter(limit: number): Limiter {
  const queue = new Set<Waiter>();
  let running = 0;
  const release = (): void => {
    running -= 1;
    const [next] = queue;
    if (next) {
      queue.delete(next);
      next.start();
    }
  };
  const acquire = (signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted();
    if (running < limit) {
      running += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        queue.delete(waiter);
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        start: () => {
          signal?.removeEventListener("abort", onAbort);
          running += 1;
          resolve();
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      queue.add(waiter);
    });
  };
  return {
    async run(work, signal) {
      await acquire(signal);
      try {
        return await work();
      } finally {
        release();
      }
    },
    get running() {
      return running;
    },
    get waiting() {
      return queue.size;
    },
  };
}
