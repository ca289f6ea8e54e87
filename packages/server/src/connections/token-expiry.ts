import type { Clock } from "@tidewaiter/runtime";
import type { Db } from "../store/open.ts";

/** The overlap of a rotated token ends also for clients that are connected with it. */
export interface TokenExpiry {
  /** Cuts the clients of connections off that had a token end since the last call; those with another token come back. */
  apply(): Promise<void>;
}

export function createTokenExpiry(
  db: Db,
  clock: Pick<Clock, "now">,
  disconnect: (connectionId: string, reason: string) => void,
): TokenExpiry {
  let since = clock.now();
  return {
    async apply() {
      const now = clock.now();
      const ended = await db
        .selectFrom("tokens")
        .select("connection_id")
        .distinct()
        .where("expires_at", ">", since)
        .where("expires_at", "<=", now)
        .execute();
      since = now;
      for (const { connection_id } of ended) disconnect(connection_id, "a token expired");
    },
  };
}
