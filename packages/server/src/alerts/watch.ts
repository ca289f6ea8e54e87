import type { Clock, Logger } from "@tidewaiter/runtime";
import type { AdvisoryStatus } from "../advisories/advisories.ts";
import type { TokenExpiry } from "../connections/token-expiry.ts";
import type { AllowExpiry } from "../policy/allow-expiry.ts";
import type { Db } from "../store/open.ts";
import type { Deliveries } from "./deliveries.ts";
import { advisoriesStaleAlert, connectionLostAlert } from "./payloads.ts";

export interface WatchOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly deliveries: Deliveries;
  readonly advisories: () => Promise<AdvisoryStatus>;
  readonly expiry: AllowExpiry;
  readonly tokens: TokenExpiry;
  /** A connection that is back before this was not lost, ms. */
  readonly graceMs: number;
  readonly tickMs: number;
  /** Of several servers one looks. */
  readonly leads: () => boolean;
  readonly signal: AbortSignal;
}

/** Looks for what nobody reports: connections that stay away, data that grows old, allow-list entries and tokens that end. */
export async function watch(options: WatchOptions): Promise<void> {
  const { clock, log, tickMs, leads, tokens, signal } = options;
  while (!signal.aborted) {
    try {
      await tokens.apply();
      if (leads()) await look(options);
    } catch (error) {
      if (!signal.aborted) log.error("watching failed", { error });
    }
    await clock.sleep(tickMs, signal).catch(() => {});
  }
}

async function look(options: WatchOptions): Promise<void> {
  await lookForLost(options);
  await lookForStale(options);
  await options.expiry.apply();
}

async function lookForLost({ db, clock, deliveries, graceMs }: WatchOptions): Promise<void> {
  const rows = await db
    .selectFrom("connections")
    .select(["id", "name", "lost_at"])
    .where("lost_at", "<=", clock.now() - graceMs)
    .execute();
  for (const { id, name, lost_at } of rows) {
    if (lost_at !== null) await deliveries.enqueue(connectionLostAlert(id, name, lost_at));
  }
}

async function lookForStale({ advisories, deliveries }: WatchOptions): Promise<void> {
  const { state, builtAt, ageHours } = await advisories();
  if (state === "stale" && builtAt !== null) await deliveries.enqueue(advisoriesStaleAlert(builtAt, ageHours ?? 0));
}
