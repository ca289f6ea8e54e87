import type { Clock } from "@tidewaiter/runtime";
import type { ImportView } from "../api/contract/imports.ts";
import type { EventBus } from "../events/bus.ts";
import type { Db } from "../store/open.ts";
import type { Tables } from "../store/tables.ts";
import { toIso, toIsoOrNull } from "../store/values.ts";

/** Live bars move at most this often. */
const TOUCH_MS = 500;

export interface ImportProgress {
  /** Something of the import moved; tells the watchers, not more often than twice a second. */
  touch(importId: string): void;
  /** A scan of the import ended; with the last one the import is done. */
  settle(importId: string): Promise<void>;
}

export function createImportProgress(db: Db, bus: EventBus, clock: Pick<Clock, "now">): ImportProgress {
  const told = new Map<string, number>();
  const publish = async (importId: string): Promise<void> => {
    const row = await db.selectFrom("imports").selectAll().where("id", "=", importId).executeTakeFirst();
    if (row) bus.publish("import", row.connection_id, await toImportView(db, row));
  };
  return {
    touch(importId) {
      const now = clock.now();
      if (now - (told.get(importId) ?? 0) < TOUCH_MS) return;
      told.set(importId, now);
      // A bar that misses one step is no fault worth failing for; the next step tells again.
      void publish(importId).catch(() => {});
    },
    async settle(importId) {
      const left = await db
        .selectFrom("scans")
        .select("id")
        .where("import_id", "=", importId)
        .where("state", "in", ["Queued", "Scanning"])
        .limit(1)
        .executeTakeFirst();
      if (!left) {
        told.delete(importId);
        await db
          .updateTable("imports")
          .set({ state: "done", finished_at: clock.now() })
          .where("id", "=", importId)
          .where("state", "=", "running")
          .where("rules_left", "=", 0)
          .execute();
      }
      await publish(importId);
    },
  };
}

/** An import with what its scans add up to. */
export async function toImportView(db: Db, row: Tables["imports"]): Promise<ImportView> {
  const sums = await db
    .selectFrom("scans")
    .select(({ fn }) => [
      "state",
      fn.countAll<number>().as("count"),
      fn.sum<number>("bytes_done").as("done"),
      fn.sum<number>("bytes_total").as("total"),
    ])
    .where("import_id", "=", row.id)
    .groupBy("state")
    .execute();
  const add = (pick: (sum: (typeof sums)[number]) => number, ...states: string[]): number =>
    sums
      .filter(({ state }) => states.length === 0 || states.includes(state))
      .reduce((all, sum) => all + Number(pick(sum)), 0);
  const active = add(({ count }) => count, "Queued", "Scanning");
  const total = add(({ count }) => count);
  return {
    id: row.id,
    connectionId: row.connection_id,
    state: row.state as ImportView["state"],
    total,
    done: total - active,
    complete: add(({ count }) => count, "Complete"),
    failed: add(({ count }) => count, "Failed", "Unsupported"),
    bytesDone: add(({ done }) => done),
    bytesTotal: add(({ total: bytes }) => bytes),
    createdAt: toIso(row.created_at),
    createdBy: row.created_by,
    finishedAt: toIsoOrNull(row.finished_at),
  };
}
