import { type Clock, type Secret, systemClock } from "@tidewaiter/runtime";
import { waitFor } from "../http/wait-for.ts";

/** An access token as a token server gave it. */
export interface AccessToken {
  readonly token: Secret;
  /** How long it may be used, from its arrival. */
  readonly lifetimeMs: number;
}

interface Entry {
  readonly token: Secret;
  readonly refreshAt: number;
}

/** Access tokens by key; one request at a time for each. Shared by all jobs of a process. */
export interface TokenCache {
  /** The token at hand, or what `fetch` brings. A caller that goes away does not take the request from the others. */
  get(key: string, fetch: () => Promise<AccessToken>, signal?: AbortSignal): Promise<Secret>;
  /** Forgets a token that was refused; a newer one under the same key stays. */
  drop(key: string, refused: Secret): void;
}

const MAX_ENTRIES = 2_000;
const EARLY_MS = 10_000;

export function createTokenCache(clock: Clock = systemClock): TokenCache {
  const entries = new Map<string, Entry>();
  const running = new Map<string, Promise<Secret>>();
  const fill = async (key: string, fetch: () => Promise<AccessToken>): Promise<Secret> => {
    try {
      const { token, lifetimeMs } = await fetch();
      // 80 % of its life, or ten seconds before the end, whichever comes first (reference, 3.2).
      const refreshAt = clock.now() + Math.min(lifetimeMs * 0.8, lifetimeMs - EARLY_MS);
      entries.delete(key);
      entries.set(key, { token, refreshAt });
      const [oldest] = entries.keys();
      if (entries.size > MAX_ENTRIES && oldest !== undefined) entries.delete(oldest);
      return token;
    } finally {
      running.delete(key);
    }
  };
  return {
    get(key, fetch, signal) {
      const entry = entries.get(key);
      if (entry && clock.now() < entry.refreshAt) return Promise.resolve(entry.token);
      const started = running.get(key) ?? fill(key, fetch);
      running.set(key, started);
      return waitFor(started, signal);
    },
    drop(key, refused) {
      if (entries.get(key)?.token.reveal() === refused.reveal()) entries.delete(key);
    },
  };
}
