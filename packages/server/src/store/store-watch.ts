import type { Clock, Logger, Readiness } from "@tidewaiter/runtime";
import { sql } from "kysely";
import type { Db } from "./open.ts";

export interface StoreWatchOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Whether the store answers: a server without it is not fit for traffic, and is again when it is back. */
export interface StoreWatch {
  readonly readiness: Readiness;
  /** Until the signal fires. */
  run(): Promise<void>;
}

const LOOK_MS = 1_000;
/** An answer that takes longer counts as none. */
const PATIENCE_MS = 5_000;

export function createStoreWatch({ db, clock, log, signal }: StoreWatchOptions): StoreWatch {
  let isThere = true;
  const look = async (): Promise<void> => {
    const answers = await Promise.race([ping(db), clock.sleep(PATIENCE_MS, signal).then(() => false)]);
    if (answers !== isThere) log.warn(answers ? "the store is back" : "the store does not answer");
    isThere = answers;
  };
  return {
    readiness: () => ({
      isReady: isThere && !signal.aborted,
      reasons: [...(isThere ? [] : ["the store does not answer"]), ...(signal.aborted ? ["stopping"] : [])],
    }),
    async run() {
      while (!signal.aborted) {
        await look().catch(() => {});
        await clock.sleep(LOOK_MS, signal).catch(() => {});
      }
    },
  };
}

async function ping(db: Db): Promise<boolean> {
  try {
    await sql`SELECT 1`.execute(db);
    return true;
  } catch {
    return false;
  }
}
