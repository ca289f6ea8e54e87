import { type Clock, type Logger, toBrokerError } from "@tidewaiter/runtime";
import { recordIssues } from "../images/issues.ts";
import { countRemaining, saveTotals } from "../images/totals.ts";
import type { AllowRule } from "../policy/allow-rules.ts";
import type { NewFindings } from "../scans/save-result.ts";
import type { Db } from "../store/open.ts";
import type { Matcher } from "./matcher.ts";
import { saveOutcome } from "./save-match.ts";
import type { PackedOutcome } from "./tasks.ts";

export interface RematchOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly matcher: Matcher;
  /** When the present advisory data was built. */
  readonly generation: () => string | undefined;
  readonly rulesFor: (connectionId: string) => Promise<readonly AllowRule[]>;
  readonly onNewFindings: (news: NewFindings) => Promise<void>;
  readonly onChanged: (connectionId: string, imageId: string) => void;
}

const ROWS_AT_ONCE = 50;

/**
 * Brings every stored inventory that was matched with other advisories up to the present ones; where these tell what they
 * changed, only the packages concerned are matched again. No registry is asked. Returns how many inventories that were.
 */
export async function rematchAll(options: RematchOptions, signal: AbortSignal): Promise<number> {
  const { db, log } = options;
  const failed = new Set<string>();
  let done = 0;
  for (;;) {
    const generation = options.generation();
    if (generation === undefined || signal.aborted) return done;
    const rows = await db
      .selectFrom("inventories")
      .select(["id", "generation"])
      .where((where) => where.or([where("generation", "is", null), where("generation", "<>", generation)]))
      .limit(ROWS_AT_ONCE + failed.size)
      .execute();
    const next = rows.filter(({ id }) => !failed.has(id));
    if (next.length === 0) return done;
    for (const row of next) {
      try {
        await rematchOne(options, row, signal);
        done += 1;
      } catch (error) {
        if (signal.aborted) return done;
        failed.add(row.id);
        log.error("an inventory could not be compared again", {
          inventoryId: row.id,
          code: toBrokerError(error).code,
          error,
        });
      }
    }
  }
}

interface InventoryRow {
  readonly id: string;
  readonly generation: string | null;
}

async function rematchOne(options: RematchOptions, row: InventoryRow, signal: AbortSignal): Promise<void> {
  const { db, clock, matcher } = options;
  const { body, findings, coverage } = await db
    .selectFrom("inventories")
    .select(["body", "findings", "coverage"])
    .where("id", "=", row.id)
    .executeTakeFirstOrThrow();
  const previous = findings !== null && row.generation !== null ? { findings, generation: row.generation } : undefined;
  const outcome = await matcher.run<"match">({ kind: "match", body, previous }, signal);
  if (!outcome) return;
  const now = clock.now();
  const isSame = findings !== null && Buffer.compare(findings, outcome.findings) === 0;
  if (isSame && coverage === outcome.coverage) {
    await db.transaction().execute((trx) => markUnchanged(trx, row.id, outcome, now));
    return;
  }
  await db.transaction().execute((trx) => saveOutcome(trx, row.id, outcome, now));
  const images = await db
    .selectFrom("images")
    .select(["id", "connection_id", "repository"])
    .where("inventory_id", "=", row.id)
    .execute();
  for (const image of images) await applyOutcome(options, row, image, outcome, now);
}

async function markUnchanged(db: Db, inventoryId: string, outcome: PackedOutcome, now: number): Promise<void> {
  const set = { generation: outcome.generation, matched_at: now };
  await db.updateTable("inventories").set(set).where("id", "=", inventoryId).execute();
  await db
    .updateTable("projects")
    .set({ matched_at: now })
    .where("image_id", "in", (query) => query.selectFrom("images").select("id").where("inventory_id", "=", inventoryId))
    .execute();
}

interface ImageKey {
  readonly id: string;
  readonly connection_id: string;
  readonly repository: string;
}

/** Findings of an image that was compared before and that its repository did not have are news. */
async function applyOutcome(
  options: RematchOptions,
  row: InventoryRow,
  image: ImageKey,
  outcome: PackedOutcome,
  now: number,
): Promise<void> {
  const { db, rulesFor, onNewFindings, onChanged } = options;
  const rules = await rulesFor(image.connection_id);
  const remaining = outcome.found && countRemaining(outcome.facts, rules, now);
  const counts = { found: outcome.found, remaining, coverage: outcome.coverage, matchedAt: now };
  const facts = await db.transaction().execute(async (trx) => {
    await saveTotals(trx, image.id, counts);
    return recordIssues(trx, image.connection_id, image.repository, outcome.facts, now);
  });
  onChanged(image.connection_id, image.id);
  if (row.generation === null || facts.length === 0) return;
  const project = await db
    .selectFrom("projects")
    .select("reference")
    .where("image_id", "=", image.id)
    .orderBy("reference")
    .limit(1)
    .executeTakeFirst();
  if (!project) return;
  const { connection_id: connectionId, repository, id: imageId } = image;
  await onNewFindings({ connectionId, repository, imageId, reference: project.reference, facts });
}
