import type { Db } from "../store/open.ts";
import { toFlag, toJson } from "../store/values.ts";
import type { FindingFact } from "./outcome.ts";
import type { PackedInventory, PackedOutcome } from "./tasks.ts";

/** Rows in one INSERT: PostgreSQL takes 65,535 parameters, SQLite 32,766. */
const ROWS_AT_ONCE = 500;

/** Stores an inventory once for each digest and analyser version. Returns its id, the present one when there is one. */
export async function saveInventory(db: Db, id: string, inventory: PackedInventory, now: number): Promise<string> {
  const { digest, analyser, body, platform, sizeBytes, packages, problems, operatingSystem, layers } = inventory;
  await db
    .insertInto("inventories")
    .values({
      id,
      digest,
      analyser,
      body,
      platform,
      size_bytes: sizeBytes,
      packages,
      problems,
      operating_system: operatingSystem && toJson(operatingSystem),
      layers: toJson(layers),
      created_at: now,
      findings: null,
      found: null,
      coverage: null,
      coverage_rows: null,
      matched_at: null,
      generation: null,
    })
    .onConflict((conflict) => conflict.columns(["digest", "analyser"]).doNothing())
    .execute();
  const stored = await db
    .selectFrom("inventories")
    .select("id")
    .where("digest", "=", digest)
    .where("analyser", "=", analyser)
    .executeTakeFirstOrThrow();
  return stored.id;
}

/** Replaces the findings of an inventory. */
export async function saveOutcome(db: Db, inventoryId: string, outcome: PackedOutcome, now: number): Promise<void> {
  await saveKeys(db, inventoryId, outcome);
  await db
    .updateTable("inventories")
    .set({
      findings: outcome.findings,
      found: outcome.found && toJson(outcome.found),
      coverage: outcome.coverage,
      coverage_rows: toJson(outcome.coverageRows),
      matched_at: now,
      generation: outcome.generation,
    })
    .where("id", "=", inventoryId)
    .execute();
  await db.deleteFrom("findings").where("inventory_id", "=", inventoryId).execute();
  for (let start = 0; start < outcome.facts.length; start += ROWS_AT_ONCE) {
    const rows = outcome.facts.slice(start, start + ROWS_AT_ONCE).map((fact) => toRow(inventoryId, fact));
    await db.insertInto("findings").values(rows).execute();
  }
}

/** They change only with the release that makes them. */
export async function saveKeys(db: Db, inventoryId: string, { keys }: Pick<PackedOutcome, "keys">): Promise<void> {
  await db
    .insertInto("inventory_keys")
    .values({ inventory_id: inventoryId, keys })
    .onConflict((conflict) => conflict.column("inventory_id").doUpdateSet({ keys }))
    .execute();
}

function toRow(inventoryId: string, fact: FindingFact) {
  return {
    inventory_id: inventoryId,
    seq: fact.seq,
    severity: fact.severity,
    advisory: fact.advisory,
    package: fact.package,
    version: fact.version,
    purl: fact.purl,
    fixed_version: fact.fixedVersion,
    is_fixable: toFlag(fact.fixedVersion !== null),
    is_known_exploited: toFlag(fact.isKnownExploited),
    issue_key: fact.issueKey,
  };
}
