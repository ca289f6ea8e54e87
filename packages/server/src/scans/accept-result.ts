import type { ScanResult } from "@tidewaiter/contract";
import { BrokerError, type Clock, type Logger } from "@tidewaiter/runtime";
import { recordIssues } from "../images/issues.ts";
import { countRemaining, saveTotals } from "../images/totals.ts";
import type { Matcher } from "../matching/matcher.ts";
import type { FindingFact } from "../matching/outcome.ts";
import { saveInventory, saveOutcome } from "../matching/save-match.ts";
import type { Ingested, PackedInventory, PackedOutcome } from "../matching/tasks.ts";
import type { AllowRule } from "../policy/allow-rules.ts";
import { newId } from "../store/ids.ts";
import type { Db } from "../store/open.ts";
import { finishScan } from "./finish-scan.ts";
import type { Nonces } from "./nonces.ts";
import type { ScanRow } from "./scan-view.ts";

export interface NewFindings {
  readonly connectionId: string;
  readonly repository: string;
  readonly imageId: string;
  readonly reference: string;
  readonly facts: readonly FindingFact[];
}

export interface ResultOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly matcher: Matcher;
  readonly nonces: Nonces;
  readonly rulesFor: (connectionId: string) => Promise<readonly AllowRule[]>;
  readonly ended: (row: ScanRow) => Promise<void>;
  /** Findings that a repository which had been looked at before did not have. */
  readonly onNewFindings: (news: NewFindings) => Promise<void>;
}

/**
 * Takes a result that came up the tunnel of `connectionId`; it counts once. When this resolves it is on the disk.
 *
 * @throws {BrokerError} INPUT_INVALID, NOT_FOUND for a scan that this connection was not asked for, FORBIDDEN for a wrong nonce.
 */
export async function acceptResult(
  options: ResultOptions,
  connectionId: string,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  const { db, clock, matcher, nonces, log } = options;
  const ingested = await matcher.run<"ingest">({ kind: "ingest", bytes }, signal);
  const { scanId, nonce } = ingested.result;
  await assertAsked(db, nonces, connectionId, scanId, nonce);
  const rules = await options.rulesFor(connectionId);
  const saved = await db.transaction().execute((trx) => save(trx, ingested, connectionId, rules, clock.now()));
  if (!saved) {
    log.info("result of an ended scan", { scanId, connectionId });
    return;
  }
  log.info("scan ended", { scanId, connectionId, state: saved.row.state, repository: saved.row.repository });
  await options.ended(saved.row);
  if (saved.news) await options.onNewFindings(saved.news);
}

/** Also used for progress: both must come on the connection that was asked, with the nonce of the scan. */
export async function assertAsked(
  db: Db,
  nonces: Nonces,
  connectionId: string,
  scanId: string,
  nonce: string,
): Promise<ScanRow> {
  const row = await db
    .selectFrom("scans")
    .selectAll()
    .where("id", "=", scanId)
    .where("connection_id", "=", connectionId)
    .executeTakeFirst();
  if (!row) throw new BrokerError("NOT_FOUND", "this connection was not asked for such a scan");
  if (!nonces.isRight(scanId, nonce)) throw new BrokerError("FORBIDDEN", "the nonce is not that of the scan");
  return row;
}

interface Saved {
  readonly row: ScanRow;
  readonly news?: NewFindings;
}

async function save(
  db: Db,
  { result, inventory, outcome }: Ingested,
  connectionId: string,
  rules: readonly AllowRule[],
  now: number,
): Promise<Saved | undefined> {
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
  { digest }: PackedInventory,
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
    .set({ image_id: imageId, state_identifier: tagDigest })
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
