import { BrokerError, type Clock } from "@tidewaiter/runtime";

export interface RateLimit {
  /** @throws {BrokerError} RATE_LIMITED with the time to wait, when `key` has used up its share. */
  take(key: string): void;
}

export interface RateLimitOptions {
  /** Calls in a row without waiting. */
  readonly burst: number;
  /** Calls that come back each minute. */
  readonly perMinute: number;
  readonly clock: Pick<Clock, "now">;
  /** Among how many servers callers are spread: each gives out its part of the whole. One when left out. */
  readonly servers?: () => number;
  /** Keys remembered; the least recently seen is forgotten first. */
  readonly maxKeys?: number;
}

/** A token bucket for each key. */
export function createRateLimit(options: RateLimitOptions): RateLimit {
  const { perMinute, clock, servers = () => 1, maxKeys = 10_000 } = options;
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take(key) {
      const now = clock.now();
      const burst = Math.max(1, options.burst / servers());
      const perMs = perMinute / servers() / 60_000;
      const { tokens, at } = buckets.get(key) ?? { tokens: burst, at: now };
      // A clock that was set back gives nothing and takes nothing.
      const present = Math.min(burst, tokens + Math.max(0, now - at) * perMs);
      buckets.delete(key);
      buckets.set(key, { tokens: Math.max(0, present - 1), at: now });
      const [oldest] = buckets.keys();
      if (buckets.size > maxKeys && oldest !== undefined) buckets.delete(oldest);
      if (present < 1) {
        const retryAfterMs = Math.ceil((1 - present) / perMs);
        throw new BrokerError("RATE_LIMITED", "too many calls in a short time", { retryAfterMs });
      }
    },
  };
}
