import { type Clock, type Logger, toBrokerError } from "@tidewaiter/runtime";
import type { Db } from "../store/open.ts";
import type { AgentScans } from "./agent-scans.ts";
import { finishScan } from "./finish-scan.ts";
import { ACTIVE_STATES, type ScanRow } from "./scan-view.ts";

export interface StopOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly agent: AgentScans;
  readonly ended: (row: ScanRow) => Promise<void>;
}

const TELL_MS = 15_000;
const ROWS_AT_ONCE = 500;

/** Stops scans. A stop always wins: the scans end here and now, and what their agents still send does not count. */
export interface StopScans {
  one(scanId: string): Promise<boolean>;
  /** Returns how many were stopped. */
  all(
    of: { readonly connectionId: string } | { readonly importId: string } | { readonly projectId: string },
  ): Promise<number>;
}

export function createStopScans(options: StopOptions): StopScans {
  const one = async (scanId: string): Promise<boolean> => {
    const { db, clock } = options;
    const row = await db.transaction().execute((trx) => finishScan(trx, scanId, { state: "Stopped" }, clock.now()));
    if (!row) return false;
    if (row.attempt > 0) void tellAgent(options, row);
    await options.ended(row);
    return true;
  };
  return {
    one,
    async all(of) {
      let stopped = 0;
      for (let ids = await activeIds(options.db, of); ids.length > 0; ids = await activeIds(options.db, of)) {
        for (const id of ids) if (await one(id)) stopped += 1;
      }
      return stopped;
    },
  };
}

async function activeIds(db: Db, of: Parameters<StopScans["all"]>[0]): Promise<string[]> {
  const [column, value] =
    "connectionId" in of
      ? (["connection_id", of.connectionId] as const)
      : "importId" in of
        ? (["import_id", of.importId] as const)
        : (["project_id", of.projectId] as const);
  const rows = await db
    .selectFrom("scans")
    .select("id")
    .where("state", "in", ACTIVE_STATES)
    .where(column, "=", value)
    .limit(ROWS_AT_ONCE)
    .execute();
  return rows.map(({ id }) => id);
}

/** The agent frees its sockets. When it cannot be told, its result is refused as one of an ended scan. */
async function tellAgent({ agent, log }: StopOptions, row: ScanRow): Promise<void> {
  try {
    await agent.stop(row.connection_id, row.id, AbortSignal.timeout(TELL_MS));
  } catch (error) {
    log.info("agent was not told to stop a scan", { scanId: row.id, code: toBrokerError(error).code });
  }
}
