import type { OperatingSystem } from "@tidewaiter/inventory";
import { type Clock, type Logger, toBrokerError } from "@tidewaiter/runtime";
import { recordIssues } from "../images/issues.ts";
import { countRemaining, saveTotals } from "../images/totals.ts";
import type { AllowRule } from "../policy/allow-rules.ts";
import type { NewFindings } from "../scans/save-result.ts";
import type { Db } from "../store/open.ts";
import { fromJson } from "../store/values.ts";
import type { Matcher } from "./matcher.ts";
import type { FindingFact } from "./outcome.ts";
import { saveKeys, saveOutcome } from "./save-match.ts";
import type { PackedOutcome, StoredInventory } from "./tasks.ts";

export interface RematchOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly matcher: Matcher;
  /** When the present advisory data was built. */
  readonly generation: () => string | undefined;
  readonly rulesFor: (connectionId: string) => Promise<readonly AllowRule[]>;
  /** Stores what is to be told, in the transaction that stores what it tells of. */
  readonly onNewFindings: (news: NewFindings, within: Db) => Promise<void>;
  readonly onChanged: (connectionId: string, imageId: string) => void;
}

const ROWS_AT_ONCE = 250;

/**
 * Brings every stored inventory that was matched with other advisories up to the present ones. Where these tell what they
 * changed, inventories without any of it keep their findings and are not read; of the others only the packages concerned
 * are matched again. No registry is asked. Returns how many inventories that were.
 */
export async function rematchAll(options: RematchOptions, signal: AbortSignal): Promise<number> {
  let [done, after] = [0, ""];
  for (;;) {
    const generation = options.generation();
    if (generation === undefined || signal.aborted) return done;
    const rows = await readOutdated(options.db, generation, after);
    const last = rows.at(-1);
    if (!last) return done;
    after = last.id;
    done += await bringUp(options, rows, signal);
  }
}

interface InventoryRow {
  readonly id: string;
  readonly generation: string | null;
  readonly operating_system: string | null;
  readonly keys: Uint8Array | null;
}

/** The next ones by id: one that fails is left for the next run. */
function readOutdated(db: Db, generation: string, after: string): Promise<readonly InventoryRow[]> {
  return db
    .selectFrom("inventories")
    .leftJoin("inventory_keys", "inventory_keys.inventory_id", "inventories.id")
    .select(["inventories.id", "inventories.generation", "inventories.operating_system", "inventory_keys.keys"])
    .where("inventories.id", ">", after)
    .where((where) =>
      where.or([where("inventories.generation", "is", null), where("inventories.generation", "<>", generation)]),
    )
    .orderBy("inventories.id")
    .limit(ROWS_AT_ONCE)
    .execute();
}

async function bringUp(options: RematchOptions, rows: readonly InventoryRow[], signal: AbortSignal): Promise<number> {
  const { db, clock, log, matcher } = options;
  const stored = rows.flatMap((row) => (row.generation === null ? [] : [toStored(row, row.generation)]));
  const { concerned, generation } = await matcher.run<"select">({ kind: "select", stored }, signal);
  const isConcerned = new Set(concerned);
  const others = new Set(stored.map(({ id }) => id).filter((id) => !isConcerned.has(id)));
  await db.transaction().execute((trx) => markUnchanged(trx, [...others], generation, clock.now()));
  let done = others.size;
  for (const row of rows) {
    if (others.has(row.id)) continue;
    try {
      await rematchOne(options, row, signal);
      done += 1;
    } catch (error) {
      if (signal.aborted) return done;
      const code = toBrokerError(error).code;
      log.error("an inventory could not be compared again", { inventoryId: row.id, code, error });
    }
  }
  return done;
}

function toStored({ id, keys, operating_system }: InventoryRow, dataBuiltAt: string): StoredInventory {
  const operatingSystem = operating_system === null ? undefined : fromJson<OperatingSystem>(operating_system);
  return { id, keys: keys ?? undefined, operatingSystem, dataBuiltAt };
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
    await db.transaction().execute(async (trx) => {
      await saveKeys(trx, row.id, outcome);
      await markUnchanged(trx, [row.id], outcome.generation, now);
    });
    return;
  }
  const images = await db
    .selectFrom("images")
    .select(["id", "connection_id", "repository"])
    .where("inventory_id", "=", row.id)
    .execute();
  const rules = await rulesOf(options, images);
  // All or nothing: with the inventory alone brought up to date, nobody would count and tell of its images again.
  await db.transaction().execute(async (trx) => {
    await saveOutcome(trx, row.id, outcome, now);
    for (const image of images) {
      const facts = await saveCounts(trx, image, outcome, rules.get(image.connection_id) ?? [], now);
      if (row.generation !== null) await tellOf(options, trx, image, facts);
    }
  });
  for (const image of images) options.onChanged(image.connection_id, image.id);
}

type RulesOf = ReadonlyMap<string, readonly AllowRule[]>;

async function rulesOf({ rulesFor }: RematchOptions, images: readonly ImageKey[]): Promise<RulesOf> {
  const connections = new Set(images.map(({ connection_id: id }) => id));
  return new Map(await Promise.all([...connections].map(async (id) => [id, await rulesFor(id)] as const)));
}

/** Their findings are those of the present data as well. */
async function markUnchanged(db: Db, inventoryIds: readonly string[], generation: string, now: number): Promise<void> {
  if (inventoryIds.length === 0) return;
  await db.updateTable("inventories").set({ generation, matched_at: now }).where("id", "in", inventoryIds).execute();
  await db
    .updateTable("projects")
    .set({ matched_at: now })
    .where("image_id", "in", (query) =>
      query.selectFrom("images").select("id").where("inventory_id", "in", inventoryIds),
    )
    .execute();
}

interface ImageKey {
  readonly id: string;
  readonly connection_id: string;
  readonly repository: string;
}

/** Counts the image's findings anew. Returns those that its repository did not have. */
async function saveCounts(
  db: Db,
  image: ImageKey,
  outcome: PackedOutcome,
  rules: readonly AllowRule[],
  now: number,
): Promise<readonly FindingFact[]> {
  const remaining = outcome.found && countRemaining(outcome.facts, rules, now);
  await saveTotals(db, image.id, { found: outcome.found, remaining, coverage: outcome.coverage, matchedAt: now });
  return recordIssues(db, image.connection_id, image.repository, outcome.facts, now);
}

async function tellOf(
  { onNewFindings }: RematchOptions,
  db: Db,
  { id: imageId, connection_id: connectionId, repository }: ImageKey,
  facts: readonly FindingFact[],
): Promise<void> {
  if (facts.length === 0) return;
  const project = await db
    .selectFrom("projects")
    .select("reference")
    .where("image_id", "=", imageId)
    .orderBy("reference")
    .limit(1)
    .executeTakeFirst();
  if (project) await onNewFindings({ connectionId, repository, imageId, reference: project.reference, facts }, db);
}
