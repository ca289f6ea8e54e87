import type { Clock, Logger } from "@tidewaiter/runtime";
import type { Sessions } from "../access/sessions.ts";
import type { Db } from "./open.ts";

export interface HousekeepingOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly sessions: Sessions;
  /** How long ended scans, imports and deliveries are kept, ms. */
  readonly retentionMs: number;
  /** Of several servers one sweeps. */
  readonly leads: () => boolean;
  readonly signal: AbortSignal;
}

const EVERY_MS = 3_600_000;

/** Drops what has expired or is older than it is kept, each hour; until the signal fires. */
export async function keepHouse(options: HousekeepingOptions): Promise<void> {
  const { clock, log, leads, signal } = options;
  while (!signal.aborted) {
    if (leads()) await sweep(options).catch((error) => log.error("old rows were not dropped", { error }));
    await clock.sleep(EVERY_MS, signal).catch(() => {});
  }
}

/** Audit entries, findings and the history of tags stay. */
export async function sweep({
  db,
  clock,
  sessions,
  retentionMs,
}: Omit<HousekeepingOptions, "log" | "signal" | "leads">): Promise<void> {
  const before = clock.now() - retentionMs;
  await sessions.sweep();
  await db.deleteFrom("links").where("expires_at", "<=", clock.now()).execute();
  await db.deleteFrom("scans").where("finished_at", "<", before).execute();
  await db.deleteFrom("imports").where("finished_at", "<", before).execute();
  await db.deleteFrom("deliveries").where("finished_at", "<", before).execute();
}
