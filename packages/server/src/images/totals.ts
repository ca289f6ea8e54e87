import type { Counts, Coverage, Totals } from "../api/contract/counts.ts";
import { countFacts, type FindingFact, severityAt, worstRank } from "../matching/outcome.ts";
import { type AllowRule, findRule } from "../policy/allow-rules.ts";
import type { Db } from "../store/open.ts";
import { fromJsonOrNull, toFlag, toJson } from "../store/values.ts";

/** Counts after the allow list. */
export function countRemaining(facts: readonly FindingFact[], rules: readonly AllowRule[], now: number): Counts {
  return countFacts(facts.filter((fact) => findRule(rules, fact, now) === undefined));
}

export interface ImageCounts {
  readonly found: Counts | null;
  readonly remaining: Counts | null;
  readonly coverage: Coverage | null;
  readonly matchedAt: number | null;
}

/** Writes an image's totals, also into the projects that show it: lists read these columns and add nothing up. */
export async function saveTotals(db: Db, imageId: string, counts: ImageCounts): Promise<void> {
  const worst = worstRank(counts.remaining);
  const remaining = counts.remaining && toJson(counts.remaining);
  const is_fixable = toFlag((counts.remaining?.fixable ?? 0) > 0);
  await db.updateTable("images").set({ worst, remaining, is_fixable }).where("id", "=", imageId).execute();
  const shown = { worst, remaining, is_fixable, found: counts.found && toJson(counts.found) };
  await db
    .updateTable("projects")
    .set({ ...shown, coverage: counts.coverage, matched_at: counts.matchedAt })
    .where("image_id", "=", imageId)
    .execute();
}

/** The columns as the API shows them. */
export function toTotals(row: {
  readonly coverage: string | null;
  readonly found: string | null;
  readonly remaining: string | null;
  readonly worst: number | null;
}): Totals {
  return {
    coverage: row.coverage as Coverage | null,
    found: fromJsonOrNull<Counts>(row.found),
    remaining: fromJsonOrNull<Counts>(row.remaining),
    worst: row.worst === null ? null : severityAt(row.worst),
  };
}
