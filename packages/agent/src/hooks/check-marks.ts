import { BrokerError, type Clock, type Logger, systemClock, toBrokerError } from "@tidewaiter/runtime";
import { type Caller, registryOf } from "../access/caller.ts";
import type { RegistryPool } from "../registry-pool.ts";
import { type AnnounceOptions, announce } from "./announce.ts";
import type { HookStore, TagMark } from "./hook-store.ts";

const INTERVAL_MS = 5_000;
/** Of one look; with the interval it bounds what strangers can make us ask of a registry. */
const MARKS_AT_ONCE = 20;
const TIMEOUT_MS = 30_000;
const MAX_REMEMBERED = 1_000;

export interface CheckMarksOptions extends AnnounceOptions {
  readonly hooks: HookStore;
  readonly registries: RegistryPool;
  readonly log: Logger;
  readonly clock?: Clock;
}

/**
 * Looks at marked tags with the credentials of whoever calls for their connection: one HEAD each, and an event for those
 * that point to another digest than before. A caller never waits for it.
 */
export function createMarkChecker(options: CheckMarksOptions): (caller: Caller) => void {
  const { log, clock = systemClock } = options;
  const lookedAt = new Map<string, number>();
  return (caller) => {
    if (clock.now() - (lookedAt.get(caller.connection) ?? 0) < INTERVAL_MS) return;
    if (lookedAt.size >= MAX_REMEMBERED) lookedAt.clear();
    lookedAt.set(caller.connection, clock.now());
    checkMarks(options, caller).catch((error: unknown) =>
      log.warn("marked tags could not be looked at", { connection: caller.connection, error }),
    );
  };
}

async function checkMarks(options: CheckMarksOptions, caller: Caller): Promise<void> {
  const { hooks, registries } = options;
  const marks = await hooks.marks(caller.connection, MARKS_AT_ONCE);
  if (marks.length === 0) return;
  using lease = registries.lease(caller.connection, registryOf(caller), caller.credential);
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  for (const mark of marks) {
    const digest = await currentDigest(() => lease.registry.headManifest(mark.repository, mark.tag, signal));
    await hooks.unmark(mark);
    if (digest !== undefined && (await hooks.noteDigest(mark, digest))) await announceDigest(options, mark, digest);
  }
}

/** Undefined for a tag that is gone or that these credentials may not see: the delivery was wrong or is outdated. */
async function currentDigest(head: () => Promise<{ readonly digest: string }>): Promise<string | undefined> {
  try {
    return (await head()).digest;
  } catch (error) {
    const { isRetryable } = toBrokerError(error);
    if (isRetryable || !(error instanceof BrokerError)) throw error;
    return undefined;
  }
}

async function announceDigest(options: CheckMarksOptions, mark: TagMark, digest: string): Promise<void> {
  const { hookId, repository, tag } = mark;
  // The registry itself has said so now, whoever sent the delivery.
  await announce(options, mark, { hookId, action: "push", repository, tag, digest, isAuthentic: true });
}
