import type { ScanResult } from "@tidewaiter/contract";
import { BrokerError } from "@tidewaiter/runtime";
import { recordIssues } from "../images/issues.ts";
import { countRemaining, saveTotals } from "../images/totals.ts";
import type { FindingFact } from "../matching/outcome.ts";
import { saveInventory, saveOutcome } from "../matching/save-match.ts";
import type { Ingested, PackedInventory, PackedOutcome } from "../matching/tasks.ts";
import type { AllowRule } from "../policy/allow-rules.ts";
import { newId } from "../store/ids.ts";
import type { Db } from "../store/open.ts";
import { toFlag } from "../store/values.ts";
import { finishScan } from "./finish-scan.ts";
import type { ScanRow } from "./scan-view.ts";

/** Findings that a repository which had been looked at before did not have. */
export interface NewFindings {
  readonly connectionId: string;
  readonly repository: string;
  readonly imageId: string;
  readonly reference: string;
  readonly facts: readonly FindingFact[];
}

export interface SavedResult {
  readonly row: ScanRow;
  readonly news?: NewFindings;
}

/** Ends the scan and stores what it found, all in the given transaction; undefined when the scan has ended already. */
export async function saveResult(
  db: Db,
  { result, inventory, outcome }: Ingested,
  connectionId: string,
  rules: readonly AllowRule[],
  now: number,
): Promise<SavedResult | undefined> {
  const isComplete = result.state === "Complete" && inventory !== undefined;
  const end = {
    state: result.state === "Complete" && !inventory ? ("Failed" as const) : result.state,
    error: result.error ?? (isComplete || result.state !== "Complete" ? undefined : EMPTY),
    bytesFetched: result.timings?.bytesFetched,
    digest: inventory?.digest,
  };
  const row = await finishScan(db, result.scanId, end, now);
  if (!row || !isComplete || !inventory) return row && { row };
  const imageId = await saveImage(db, row, inventory, outcome, now);
  await pointProject(db, row, result, imageId, inventory, now);
  await db.updateTable("scans").set({ image_id: imageId }).where("id", "=", row.id).execute();
  const facts = outcome?.facts ?? [];
  const remaining = outcome?.found ? countRemaining(facts, rules, now) : null;
  const counts = {
    found: outcome?.found ?? null,
    remaining,
    coverage: outcome?.coverage ?? "none",
    matchedAt: outcome ? now : null,
  };
  await saveTotals(db, imageId, counts);
  const wasKnown = await hasOtherImage(db, row, imageId);
  const fresh = await recordIssues(db, connectionId, row.repository, facts, now);
  const news = { connectionId, repository: row.repository, reference: row.reference, imageId, facts: fresh };
  return { row: { ...row, image_id: imageId }, ...(wasKnown && fresh.length > 0 && { news }) };
}

const EMPTY = new BrokerError("SCAN_LOST", "the agent said Complete without an inventory").toProblem();

async function saveImage(
  db: Db,
  row: ScanRow,
  inventory: PackedInventory,
  outcome: PackedOutcome | undefined,
  now: number,
): Promise<string> {
  const inventoryId = await saveInventory(db, newId(now), inventory, now);
  if (outcome) await saveOutcome(db, inventoryId, outcome, now);
  const image = await db
    .insertInto("images")
    .values({
      id: newId(now),
      connection_id: row.connection_id,
      repository: row.repository,
      digest: inventory.digest,
      inventory_id: inventoryId,
      first_seen_at: now,
      worst: null,
      is_fixable: 0,
      remaining: null,
    })
    .onConflict((conflict) =>
      conflict.columns(["connection_id", "repository", "digest"]).doUpdateSet({ inventory_id: inventoryId }),
    )
    .returning("id")
    .executeTakeFirstOrThrow();
  return image.id;
}

/** The tag names this image now; a move is kept as history. */
async function pointProject(
  db: Db,
  row: ScanRow,
  result: Pick<ScanResult, "tagDigest">,
  imageId: string,
  { digest, isSigned }: PackedInventory,
  now: number,
): Promise<void> {
  const tagDigest = result.tagDigest ?? digest;
  const before = await db
    .selectFrom("projects")
    .select(["image_id", "state_identifier"])
    .where("id", "=", row.project_id)
    .executeTakeFirst();
  await db
    .updateTable("projects")
    .set({ image_id: imageId, state_identifier: tagDigest, is_signed: isSigned === null ? null : toFlag(isSigned) })
    .where("id", "=", row.project_id)
    .execute();
  if (before?.image_id === imageId && before.state_identifier === tagDigest) return;
  await db
    .insertInto("tag_history")
    .values({
      id: newId(now),
      project_id: row.project_id,
      digest,
      tag_digest: tagDigest,
      image_id: imageId,
      seen_at: now,
    })
    .execute();
}

async function hasOtherImage(db: Db, row: ScanRow, imageId: string): Promise<boolean> {
  const other = await db
    .selectFrom("images")
    .select("id")
    .where("connection_id", "=", row.connection_id)
    .where("repository", "=", row.repository)
    .where("id", "<>", imageId)
    .limit(1)
    .executeTakeFirst();
  return other !== undefined;
}
