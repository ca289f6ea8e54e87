import { type Clock, systemClock } from "./clock.ts";
import { toBrokerError } from "./errors.ts";

export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly attempts: number;
  readonly baseMs: number;
  readonly capMs: number;
  /** Longest wait that the other side may ask for; beyond it the error is passed on at once. */
  readonly maxRetryAfterMs?: number;
}

export const DEFAULT_RETRY: RetryPolicy = { attempts: 5, baseMs: 500, capMs: 30_000, maxRetryAfterMs: 300_000 };

/** Full jitter: anywhere between nothing and the doubled base, so that many clients do not return at once. `attempt` counts from 1. */
export function retryDelay(
  attempt: number,
  { baseMs, capMs }: RetryPolicy,
  random: () => number = Math.random,
): number {
  return Math.round(random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 30)));
}

export interface RetryOptions {
  readonly policy?: RetryPolicy;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** Told before each wait. */
  readonly onRetry?: (error: unknown, attempt: number, delayMs: number) => void;
}

/** Runs `work` until it succeeds, fails for good, or the tries are used up. Waits at least as long as the error's `retryAfterMs`. */
export async function retry<T>(work: (attempt: number) => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { policy = DEFAULT_RETRY, signal, clock = systemClock, random = Math.random, onRetry } = options;
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      return await work(attempt);
    } catch (error) {
      const problem = toBrokerError(error);
      const asked = problem.retryAfterMs ?? 0;
      const isTooLong = asked > (policy.maxRetryAfterMs ?? DEFAULT_RETRY.maxRetryAfterMs ?? 0);
      if (!problem.isRetryable || isTooLong || attempt >= policy.attempts || signal?.aborted) throw error;
      const delayMs = Math.max(asked, retryDelay(attempt, policy, random));
      onRetry?.(error, attempt, delayMs);
      await clock.sleep(delayMs, signal);
    }
  }
}

/** `Retry-After` in seconds or as an HTTP date (RFC 9110, 10.2.3), as milliseconds from now; undefined when it is neither. */
export function parseRetryAfter(header: string | null | undefined, now: number = Date.now()): number | undefined {
  if (!header) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
