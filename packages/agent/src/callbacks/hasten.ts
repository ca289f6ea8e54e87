import type { JobQueue } from "@tidewaiter/jobs";
import { type Clock, type Logger, systemClock } from "@tidewaiter/runtime";
import type { Caller } from "../access/caller.ts";

const INTERVAL_MS = 5_000;
const MAX_REMEMBERED = 1_000;

/** A client that calls is there again: results that wait for it are sent now and not after a long pause. */
export function createHastener(
  deliverQueue: JobQueue,
  bells: ReadonlySet<() => void>,
  log: Logger,
  clock: Clock = systemClock,
): (caller: Caller) => void {
  const hastenedAt = new Map<string, number>();
  return ({ connection }) => {
    if (clock.now() - (hastenedAt.get(connection) ?? 0) < INTERVAL_MS) return;
    if (hastenedAt.size >= MAX_REMEMBERED) hastenedAt.clear();
    hastenedAt.set(connection, clock.now());
    deliverQueue.hasten(connection).then(
      () => {
        for (const ring of bells) ring();
      },
      (error: unknown) => log.warn("waiting results could not be hastened", { error }),
    );
  };
}
