import { createHash } from "node:crypto";
import type { RegistryConnection } from "@tidewaiter/contract";
import type { Registry } from "@tidewaiter/registry";
import { type Clock, type Logger, systemClock } from "@tidewaiter/runtime";

/** A registry as long as somebody works with it. */
export interface RegistryLease extends Disposable {
  readonly registry: Registry;
}

/** Registries that are open, so that tokens and sockets serve several requests of one connection. */
export interface RegistryPool {
  /** `credential` is the header as it came; only its hash is kept. */
  lease(connection: string, target: RegistryConnection, credential: string): RegistryLease;
  close(): Promise<void>;
}

export interface RegistryPoolOptions {
  readonly open: (target: RegistryConnection, credential: string) => Registry;
  readonly log: Logger;
  /** Idle ones that are kept at most. */
  readonly maxIdle?: number;
  readonly idleMs?: number;
  readonly clock?: Clock;
}

interface Entry {
  readonly registry: Registry;
  users: number;
  usedAt: number;
}

export function createRegistryPool(options: RegistryPoolOptions): RegistryPool {
  const { open, log, maxIdle = 64, idleMs = 300_000, clock = systemClock } = options;
  const entries = new Map<string, Entry>();
  const drop = (key: string, { registry }: Entry): void => {
    entries.delete(key);
    registry.close().catch((error: unknown) => log.debug("registry did not close", { error }));
  };
  const sweep = (): void => {
    const idle = [...entries].filter(([, { users }]) => users === 0);
    const surplus = idle.length - maxIdle;
    for (const [index, [key, entry]] of idle.entries()) {
      if (index < surplus || clock.now() - entry.usedAt > idleMs) drop(key, entry);
    }
  };
  return {
    lease(connection, target, credential) {
      sweep();
      const key = createHash("sha256").update(`${connection}\n${credential}`).digest("hex");
      const entry = entries.get(key) ?? { registry: open(target, credential), users: 0, usedAt: 0 };
      // Put last again: the map's order is that of use.
      entries.delete(key);
      entries.set(key, entry);
      entry.users += 1;
      return {
        registry: entry.registry,
        [Symbol.dispose]: () => {
          entry.users -= 1;
          entry.usedAt = clock.now();
        },
      };
    },
    async close() {
      const all = [...entries.values()];
      entries.clear();
      await Promise.allSettled(all.map(({ registry }) => registry.close()));
    },
  };
}
