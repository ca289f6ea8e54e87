import type { Clock } from "@tidewaiter/runtime";
import type { Counts, Coverage } from "../api/contract/counts.ts";
import type { Matcher } from "../matching/matcher.ts";
import type { AllowRule } from "../policy/allow-rules.ts";
import type { Db } from "../store/open.ts";
import { fromJsonOrNull } from "../store/values.ts";
import { countRemaining, saveTotals } from "./totals.ts";

export interface RecountOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly matcher: Matcher;
  readonly rulesFor: (connectionId: string) => Promise<readonly AllowRule[]>;
  readonly onChanged: (connectionId: string, imageId: string) => void;
}

const ROWS_AT_ONCE = 100;

/** Counts what remains after the allow list again, for one connection or (null) for all. Returns how many images. */
export async function recount(
  options: RecountOptions,
  connectionId: string | null,
  signal: AbortSignal,
): Promise<number> {
  const { db, rulesFor } = options;
  const rules = new Map<string, readonly AllowRule[]>();
  let done = 0;
  for (let after = ""; !signal.aborted; ) {
    const rows = await db
      .selectFrom("images")
      .innerJoin("inventories", "inventories.id", "images.inventory_id")
      .select([
        "images.id",
        "images.connection_id",
        "inventories.findings",
        "inventories.found",
        "inventories.coverage",
        "inventories.matched_at",
      ])
      .where("images.id", ">", after)
      .$if(connectionId !== null, (query) => query.where("images.connection_id", "=", connectionId ?? ""))
      .orderBy("images.id")
      .limit(ROWS_AT_ONCE)
      .execute();
    for (const row of rows) {
      const known = rules.get(row.connection_id) ?? (await rulesFor(row.connection_id));
      rules.set(row.connection_id, known);
      await recountOne(options, row, known, signal);
    }
    const last = rows.at(-1);
    if (!last) return done;
    after = last.id;
    done += rows.length;
  }
  return done;
}

interface CountedRow {
  readonly id: string;
  readonly connection_id: string;
  readonly findings: Uint8Array | null;
  readonly found: string | null;
  readonly coverage: string | null;
  readonly matched_at: number | null;
}

async function recountOne(
  options: RecountOptions,
  row: CountedRow,
  rules: readonly AllowRule[],
  signal: AbortSignal,
): Promise<void> {
  const { db, clock, matcher, onChanged } = options;
  const found = fromJsonOrNull<Counts>(row.found);
  if (found === null || row.findings === null) return;
  const facts = await matcher.run<"facts">({ kind: "facts", findings: row.findings }, signal);
  const remaining = countRemaining(facts, rules, clock.now());
  const counts = { found, remaining, coverage: row.coverage as Coverage | null, matchedAt: row.matched_at };
  await db.transaction().execute((trx) => saveTotals(trx, row.id, counts));
  onChanged(row.connection_id, row.id);
}
