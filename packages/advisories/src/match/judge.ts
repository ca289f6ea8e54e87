import type { Package } from "@tidewaiter/inventory";
import { formatRange } from "../osv/range.ts";
import type { RuleGroup } from "../store/rule-group.ts";
import type { Snapshot } from "../store/snapshot.ts";
import type { PackageAdvisories, StoredAdvisory } from "../store/stored.ts";
import type { Answer } from "./candidates.ts";
import type { Hit } from "./evaluate.ts";
import { otherModule } from "./modules.ts";

/** Why a record that names a package does not count for it. */
export const REFUSALS = ["not_in_range", "withdrawn", "not_security", "other_module", "twin_preferred"] as const;
export type Refusal = (typeof REFUSALS)[number];

/** What became of one candidate. */
export type Judgement =
  | { readonly outcome: "matched"; readonly record: StoredAdvisory; readonly hit: Hit }
  | { readonly outcome: Refusal; readonly record: StoredAdvisory; readonly reason: string };

/** Judges the records whose rules the version falls under; `records` are the facts of at least those. */
export function judgeHits(
  snapshot: Snapshot,
  { found, known, hits }: Answer,
  records: ReadonlyMap<number, StoredAdvisory>,
): readonly Judgement[] {
  const judgements: Judgement[] = [];
  for (const hit of hits) {
    for (const number of hit.group.advisories) {
      const record = records.get(number);
      if (record) judgements.push(judge(found, record, hit));
    }
  }
  // By number, as a record's entries may stand under several rules; those of one rule stand so already.
  if (hits.length > 1) judgements.sort((a, b) => a.record.number - b.record.number);
  const settled = found.type === "rpm" ? settleBuilds(known, hits, judgements) : judgements;
  return hits.some(({ group }) => group.facts.odd) ? preferTwins(snapshot, known, settled) : settled;
}

function judge(found: Package, record: StoredAdvisory, hit: Hit): Judgement {
  if (record.withdrawn) return { outcome: "withdrawn", record, reason: `withdrawn on ${record.withdrawn}` };
  if (record.kind === "not_security") return { outcome: "not_security", record, reason: "it fixes bugs, not a flaw" };
  const module = otherModule(found, hit.fixed, record);
  return module ? { outcome: "other_module", record, reason: module } : { outcome: "matched", record, hit };
}

/** The records whose rules the version does not fall under, for explanations. */
export function explainMisses(
  snapshot: Snapshot,
  known: PackageAdvisories,
  hits: readonly Hit[],
  version: string,
): Judgement[] {
  return missedBy(known, hits).flatMap((group) =>
    [...snapshot.advisories(group.advisories).values()].map((record) => ({
      outcome: "not_in_range" as const,
      record,
      reason: describeMiss(version, group),
    })),
  );
}

function missedBy({ groups }: PackageAdvisories, hits: readonly Hit[]): readonly RuleGroup[] {
  const hit = new Set(hits.map(({ group }) => group));
  return groups.filter((group) => !hit.has(group));
}

function describeMiss(version: string, { rule }: RuleGroup): string {
  const ranges = (rule.r ?? []).map(formatRange).join("; ");
  const list = rule.v ? ` and not among ${rule.v.length} listed versions` : "";
  return `${version} is outside the affected range${ranges ? ` (${ranges})` : ""}${list}`;
}

/** A bulletin lists the builds of a module package one by one, and each of them has the fix: the lowest decides. */
function settleBuilds(
  known: PackageAdvisories,
  hits: readonly Hit[],
  judgements: readonly Judgement[],
): readonly Judgement[] {
  if (!hits.some(({ fixed }) => fixed?.includes(".module"))) return judgements;
  const cleared = new Set(missedBy(known, hits).flatMap(({ advisories }) => advisories));
  return judgements.map((judgement) => {
    const { outcome, record } = judgement;
    if (outcome !== "matched" || !cleared.has(record.number) || !judgement.hit.fixed?.includes(".module"))
      return judgement;
    return { outcome: "not_in_range", record, reason: "an earlier build of the module has the fix" };
  });
}

/** Where a record's versions do not fit the order, a record of the same flaw whose versions do is better. */
function preferTwins(snapshot: Snapshot, known: PackageAdvisories, judgements: readonly Judgement[]): Judgement[] {
  const named = snapshot.advisories(known.groups.flatMap(({ advisories }) => advisories));
  const all = [...named.values()].filter(({ withdrawn }) => !withdrawn);
  return judgements.map((judgement) => {
    if (judgement.outcome !== "matched" || !judgement.hit.group.facts.odd) return judgement;
    const twin = all.find((record) => record.number !== judgement.record.number && isTwin(record, judgement.record));
    if (!twin) return judgement;
    const reason = `its versions do not fit the order; ${twin.id} of the same flaw decides`;
    return { outcome: "twin_preferred", record: judgement.record, reason };
  });
}

function isTwin(a: StoredAdvisory, b: StoredAdvisory): boolean {
  return a.aliases.includes(b.id) || b.aliases.includes(a.id) || a.aliases.some((id) => b.aliases.includes(id));
}
