import { type ScanProgress, scanProgressSchema } from "@tidewaiter/contract";
import { type Clock, parseInput } from "@tidewaiter/runtime";
import type { Db } from "../store/open.ts";
import { assertAsked } from "./accept-result.ts";
import type { Nonces } from "./nonces.ts";
import { ACTIVE_STATES, type ScanRow } from "./scan-view.ts";

export interface ProgressOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly nonces: Nonces;
  readonly leaseMs: number;
  readonly changed: (row: ScanRow) => void;
}

/** A sign of life renews the lease and moves the bar. What comes after the end, or of an earlier attempt, changes nothing. */
export async function acceptProgress(options: ProgressOptions, connectionId: string, body: unknown): Promise<void> {
  const { db, clock, nonces, leaseMs } = options;
  const progress = parseInput(scanProgressSchema, body, "progress");
  const known = await assertAsked(db, nonces, connectionId, progress.scanId, progress.nonce);
  const now = clock.now();
  const [row] = await db
    .updateTable("scans")
    .set({ ...columnsOf(progress, known, now), lease_until: now + leaseMs })
    .where("id", "=", progress.scanId)
    .where("state", "in", ACTIVE_STATES)
    .where("attempt", "=", progress.attempt)
    .returningAll()
    .execute();
  if (!row) return;
  if (row.state !== known.state) {
    await db.updateTable("projects").set({ state: row.state }).where("active_scan_id", "=", row.id).execute();
  }
  options.changed(row);
}

function columnsOf(progress: ScanProgress, known: ScanRow, now: number) {
  const { state, phase, layersDone, layersTotal, bytesDone, bytesTotal, worker = null } = progress;
  return {
    state,
    phase,
    layers_done: layersDone,
    layers_total: layersTotal,
    bytes_done: bytesDone,
    bytes_total: bytesTotal,
    worker,
    progress_at: now,
    started_at: known.started_at ?? (state === "Scanning" ? now : null),
  };
}
