import type { FinalScanState } from "@tidewaiter/contract";
import type { Db } from "../store/open.ts";
import type { StoredProblem } from "../store/tables.ts";
import { toJson } from "../store/values.ts";
import { ACTIVE_STATES, type ScanRow } from "./scan-view.ts";

export interface ScanEnd {
  readonly state: FinalScanState;
  readonly error?: StoredProblem;
  readonly bytesFetched?: number;
  readonly imageId?: string;
  readonly digest?: string;
}

/**
 * Ends a scan once: undefined when it has ended already, whoever was first. Call it inside a transaction; what the scan
 * found is stored in the same one.
 */
export async function finishScan(db: Db, scanId: string, end: ScanEnd, now: number): Promise<ScanRow | undefined> {
  const { state, error, bytesFetched = null, imageId = null, digest = null } = end;
  const rows = await db
    .updateTable("scans")
    .set(({ fn }) => ({
      state,
      error: error ? toJson(error) : null,
      started_at: fn.coalesce("started_at", "queued_at"),
      finished_at: now,
      bytes_fetched: bytesFetched,
      image_id: imageId,
      digest,
      phase: null,
    }))
    .where("id", "=", scanId)
    .where("state", "in", ACTIVE_STATES)
    .returningAll()
    .execute();
  const [row] = rows;
  if (!row) return undefined;
  await db
    .updateTable("projects")
    .set({
      state,
      error: error ? toJson(error) : null,
      active_scan_id: null,
      ...(state === "Complete" && { scanned_at: now }),
    })
    .where("id", "=", row.project_id)
    .where("active_scan_id", "=", scanId)
    .execute();
  return row;
}
