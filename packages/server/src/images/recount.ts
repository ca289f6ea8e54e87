import type { Clock, Logger } from "@tidewaiter/runtime";
import type { Counts, Coverage } from "../api/contract/counts.ts";
import type { Matcher } from "../matching/matcher.ts";
import type { AllowRule } from "../policy/allow-rules.ts";
import type { Db } from "../store/open.ts";
import { fromJsonOrNull } from "../store/values.ts";
import { countRemaining, saveTotals } from "./totals.ts";

export interface RecountOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly matcher: Matcher;
  readonly rulesFor: (connectionId: string) => Promise<readonly AllowRule[]>;
  readonly onChanged: (connectionId: string, imageId: string) => void;
}

const ROWS_AT_ONCE = 100;

/** Whoever changed a list waits this long for the counts; then they follow in the background. */
const PATIENCE_MS = 3_000;

/** Counts again what remains after the allow list, for one connection or (null) for all. */
export function createRecount(options: RecountOptions): (connectionId: string | null) => Promise<void> {
  const { clock, log, signal } = options;
  return async (connectionId) => {
    const work = recount(options, connectionId).catch((error) => {
      if (!signal.aborted) log.error("counts were not made again", { connectionId, error });
    });
    const done = new AbortController();
    const patience = clock.sleep(PATIENCE_MS, AbortSignal.any([signal, done.signal])).catch(() => {});
    await Promise.race([work, patience]);
    done.abort();
  };
}

async function recount(options: RecountOptions, connectionId: string | null): Promise<void> {
  const { db, rulesFor, signal } = options;
  const rules = new Map<string, readonly AllowRule[]>();
  for (let after = ""; ; ) {
    signal.throwIfAborted();
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
    if (!last) return;
    after = last.id;
  }
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
