import type { Clock, Logger } from "@tidewaiter/runtime";
import { type Counts, emptyCounts } from "../api/contract/counts.ts";
import type { Db } from "../store/open.ts";
import { fromJson, toJson } from "../store/values.ts";
import { addCounts, dayOf } from "./overview.ts";

const ROWS_AT_ONCE = 500;
const MIN_PAUSE_MS = 2_000;
/** A sum that takes long is made less often: at most this part of the time goes into sums. */
const SHARE = 20;

export interface TotalsKeeper {
  /** Something in the connection changed; its sums follow within seconds. */
  touch(connectionId: string): void;
  /** Makes the sums of everything that was touched now. */
  flush(): Promise<void>;
  /** Until the signal fires. */
  run(signal: AbortSignal): Promise<void>;
}

/** Keeps the sums of each connection, of now and of each day, so that the overview adds nothing up. */
export function createTotalsKeeper(db: Db, clock: Clock, log: Logger, leads: () => boolean): TotalsKeeper {
  const touched = new Set<string>();
  const flush = async (): Promise<void> => {
    for (const connectionId of [...touched]) {
      touched.delete(connectionId);
      await sumConnection(db, connectionId, clock.now());
    }
  };
  return {
    touch: (connectionId) => void touched.add(connectionId),
    flush,
    async run(signal) {
      for (let pauseMs = MIN_PAUSE_MS; !signal.aborted; ) {
        try {
          await clock.sleep(pauseMs, signal);
          const startedAt = clock.now();
          // One server sums up; another one that takes its place knows of what was touched meanwhile.
          if (leads()) await flush();
          pauseMs = Math.max(MIN_PAUSE_MS, (clock.now() - startedAt) * SHARE);
        } catch (error) {
          if (!signal.aborted) log.error("sums were not made", { error });
        }
      }
    },
  };
}

async function sumConnection(db: Db, connectionId: string, now: number): Promise<void> {
  const sums = { projects: 0, without_data: 0 };
  let [found, remaining] = [emptyCounts(), emptyCounts()];
  for (let after = ""; ; ) {
    const rows = await db
      .selectFrom("projects")
      .select(["id", "found", "remaining"])
      .where("connection_id", "=", connectionId)
      .where("id", ">", after)
      .orderBy("id")
      .limit(ROWS_AT_ONCE)
      .execute();
    for (const row of rows) {
      sums.projects += 1;
      if (row.found === null) sums.without_data += 1;
      else found = addCounts(found, fromJson<Counts>(row.found));
      if (row.remaining !== null) remaining = addCounts(remaining, fromJson<Counts>(row.remaining));
    }
    const last = rows.at(-1);
    if (!last) break;
    after = last.id;
  }
  await save(db, connectionId, { ...sums, found: toJson(found), remaining: toJson(remaining) }, now);
}

type Sums = {
  readonly projects: number;
  readonly without_data: number;
  readonly found: string;
  readonly remaining: string;
};

async function save(db: Db, connection_id: string, sums: Sums, now: number): Promise<void> {
  const exists = await db.selectFrom("connections").select("id").where("id", "=", connection_id).executeTakeFirst();
  if (!exists) return;
  await db
    .insertInto("connection_totals")
    .values({ connection_id, ...sums })
    .onConflict((conflict) => conflict.column("connection_id").doUpdateSet(sums))
    .execute();
  await db
    .insertInto("daily_totals")
    .values({ day: dayOf(now), connection_id, counts: sums.remaining })
    .onConflict((conflict) => conflict.columns(["day", "connection_id"]).doUpdateSet({ counts: sums.remaining }))
    .execute();
}
