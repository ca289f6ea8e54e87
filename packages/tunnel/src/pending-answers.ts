import { BrokerError } from "@tidewaiter/runtime";

interface Waiter<T> {
  readonly resolve: (answer: T) => void;
  readonly reject: (error: unknown) => void;
}

export interface WaitOptions {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

/** Questions that wait for an answer by key. Each ends exactly once: answered, failed, timed out or cancelled. */
export interface PendingAnswers<K, T> {
  readonly size: number;
  wait(key: K, options: WaitOptions): Promise<T>;
  /** False when nobody waits for this key (any more). */
  resolve(key: K, answer: T): boolean;
  reject(key: K, error: unknown): boolean;
  rejectAll(error: unknown): void;
}

/** At most `limit` questions wait at once; one more fails with UNAVAILABLE. */
export function createPendingAnswers<K, T>(limit: number): PendingAnswers<K, T> {
  const waiters = new Map<K, Waiter<T>>();
  const take = (key: K): Waiter<T> | undefined => {
    const waiter = waiters.get(key);
    waiters.delete(key);
    return waiter;
  };
  return {
    get size() {
      return waiters.size;
    },
    wait(key, { deadlineMs, signal }) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (waiters.size >= limit) return Promise.reject(tooMany(limit));
      return new Promise<T>((resolve, reject) => {
        const onAbort = (): void => take(key)?.reject(signal?.reason);
        const onTimeout = (): void => take(key)?.reject(late(deadlineMs));
        const timer = setTimeout(onTimeout, deadlineMs);
        const settle = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", onAbort);
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        waiters.set(key, {
          resolve: (answer) => {
            settle();
            resolve(answer);
          },
          reject: (error) => {
            settle();
            reject(error);
          },
        });
      });
    },
    resolve(key, answer) {
      const waiter = take(key);
      waiter?.resolve(answer);
      return waiter !== undefined;
    },
    reject(key, error) {
      const waiter = take(key);
      waiter?.reject(error);
      return waiter !== undefined;
    },
    rejectAll(error) {
      for (const key of [...waiters.keys()]) take(key)?.reject(error);
    },
  };
}

function late(deadlineMs: number): BrokerError {
  return new BrokerError("TIMEOUT", `the other end of the tunnel did not answer within ${deadlineMs} ms`);
}

function tooMany(limit: number): BrokerError {
  return new BrokerError("UNAVAILABLE", `${limit} exchanges are waiting already`, { retryAfterMs: 1_000 });
}
