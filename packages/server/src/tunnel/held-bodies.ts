import type { Readable } from "node:stream";

/** Bodies that wait to be fetched by the client that they are meant for; each is given out once. */
export interface HeldBodies {
  hold(key: string, tokenHash: string, body: Readable): void;
  has(key: string): boolean;
  take(key: string, tokenHash: string): Readable | undefined;
  /** Reads a body to nowhere that nobody came for: to break it off would take its sender the answer, too. */
  drop(key: string): void;
}

export function createHeldBodies(): HeldBodies {
  const held = new Map<string, { readonly tokenHash: string; readonly body: Readable }>();
  return {
    hold: (key, tokenHash, body) => void held.set(key, { tokenHash, body }),
    has: (key) => held.has(key),
    take(key, tokenHash) {
      const entry = held.get(key);
      if (entry?.tokenHash !== tokenHash) return undefined;
      held.delete(key);
      return entry.body;
    },
    drop(key) {
      held
        .get(key)
        ?.body.on("error", () => {})
        .resume();
      held.delete(key);
    },
  };
}
