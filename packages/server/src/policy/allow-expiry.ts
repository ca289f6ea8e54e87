import type { Clock } from "@tidewaiter/runtime";
import type { Db } from "../store/open.ts";
import { fromJson, toJson } from "../store/values.ts";

/** Entries of allow lists end by themselves; the counts must then show again what they hid. */
export interface AllowExpiry {
  /** Counts again wherever an entry ended since the last call. */
  apply(): Promise<void>;
}

const KEY = "allow-lists-counted-at";

export function createAllowExpiry(
  db: Db,
  clock: Pick<Clock, "now">,
  recount: (connectionId: string | null) => Promise<void>,
): AllowExpiry {
  return {
    async apply() {
      const now = clock.now();
      const row = await db.selectFrom("settings").select("value").where("key", "=", KEY).executeTakeFirst();
      const since = row ? fromJson<number>(row.value) : now;
      const ended = await db
        .selectFrom("allow_entries")
        .select("connection_id")
        .distinct()
        .where("expires_at", ">", since)
        .where("expires_at", "<=", now)
        .execute();
      const ids = ended.map(({ connection_id }) => connection_id);
      for (const id of ids.includes(null) ? [null] : ids) await recount(id);
      if (row && ids.length === 0) return;
      const value = toJson(now);
      await db
        .insertInto("settings")
        .values({ key: KEY, value })
        .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
        .execute();
    },
  };
}
