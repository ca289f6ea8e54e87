import type { Clock } from "@tidewaiter/runtime";
import type { ScanView } from "../api/contract/scans.ts";
import { newId } from "../store/ids.ts";
import type { Db } from "../store/open.ts";
import type { ScanRow } from "./scan-view.ts";

export interface ScanTarget {
  readonly id: string;
  readonly connection_id: string;
  readonly repository: string;
  readonly reference: string;
}

export interface StartOptions {
  readonly trigger: ScanView["trigger"];
  readonly importId?: string;
  /** How long a scan may wait for its connection, ms. */
  readonly queueTimeoutMs: number;
}

/** A lease that no clock reaches: the scan was not sent yet. */
export const NOT_SENT = Number.MAX_SAFE_INTEGER;

/**
 * Queues a scan of a project. Undefined when one runs already: a start is refused only then.
 * Call it inside a transaction.
 */
export async function startScan(
  db: Db,
  clock: Pick<Clock, "now">,
  target: ScanTarget,
  options: StartOptions,
): Promise<ScanRow | undefined> {
  const now = clock.now();
  const id = newId(now);
  const taken = await db
    .updateTable("projects")
    .set({ active_scan_id: id, state: "Queued" })
    .where("id", "=", target.id)
    .where("active_scan_id", "is", null)
    .executeTakeFirst();
  if (taken.numUpdatedRows === 0n) {
    if (options.importId) await joinImport(db, target.id, options.importId);
    return undefined;
  }
  const row = newScan(id, now, target, options);
  await db.insertInto("scans").values(row).execute();
  return row;
}

/** The scan that runs already stands in the import's log as well, unless it belongs to another one. */
async function joinImport(db: Db, projectId: string, importId: string): Promise<void> {
  await db
    .updateTable("scans")
    .set({ import_id: importId })
    .where("project_id", "=", projectId)
    .where("state", "in", ["Queued", "Scanning"])
    .where("import_id", "is", null)
    .execute();
}

function newScan(
  id: string,
  now: number,
  target: ScanTarget,
  { trigger, importId = undefined, queueTimeoutMs }: StartOptions,
): ScanRow {
  return {
    id,
    connection_id: target.connection_id,
    project_id: target.id,
    import_id: importId ?? null,
    repository: target.repository,
    reference: target.reference,
    state: "Queued",
    trigger,
    attempt: 0,
    lease_until: NOT_SENT,
    deadline_at: now + queueTimeoutMs,
    queued_at: now,
    started_at: null,
    finished_at: null,
    progress_at: null,
    phase: null,
    layers_done: 0,
    layers_total: 0,
    bytes_done: 0,
    bytes_total: 0,
    bytes_fetched: null,
    worker: null,
    image_id: null,
    digest: null,
    error: null,
  };
}
