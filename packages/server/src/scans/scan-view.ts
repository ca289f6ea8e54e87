import type { ScanPhase, ScanState } from "@tidewaiter/contract";
import type { ScanView } from "../api/contract/scans.ts";
import type { StoredProblem, Tables } from "../store/tables.ts";
import { fromJsonOrNull, toIso, toIsoOrNull } from "../store/values.ts";

export type ScanRow = Tables["scans"];

/** Work that goes on. */
export const ACTIVE_STATES = ["Queued", "Scanning"] as const satisfies readonly ScanState[];

/** A scan as the API shows it; `stuckMs` without progress makes a running one count as stuck. */
export function toScanView(row: ScanRow, now: number, stuckMs = 120_000): ScanView {
  const lastSign = row.progress_at ?? row.started_at;
  return {
    id: row.id,
    connectionId: row.connection_id,
    projectId: row.project_id,
    importId: row.import_id,
    repository: row.repository,
    reference: row.reference,
    state: row.state as ScanState,
    trigger: row.trigger as ScanView["trigger"],
    attempt: Math.max(1, row.attempt),
    phase: row.phase as ScanPhase | null,
    layersDone: row.layers_done,
    layersTotal: row.layers_total,
    bytesDone: row.bytes_done,
    bytesTotal: row.bytes_total,
    worker: row.worker,
    queuedAt: toIso(row.queued_at),
    startedAt: toIsoOrNull(row.started_at),
    finishedAt: toIsoOrNull(row.finished_at),
    seconds: row.started_at === null ? null : ((row.finished_at ?? now) - row.started_at) / 1_000,
    bytesFetched: row.bytes_fetched,
    isStuck: row.state === "Scanning" && lastSign !== null && now - lastSign > stuckMs,
    imageId: row.image_id,
    digest: row.digest,
    error: fromJsonOrNull<StoredProblem>(row.error),
  };
}
