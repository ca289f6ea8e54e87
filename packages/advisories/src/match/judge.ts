import type { Package } from "@tidewaiter/inventory";
import { formatRange } from "../osv/range.ts";
import type { Snapshot } from "../store/snapshot.ts";
import type { Candidate, PackageAdvisories, StoredAdvisory } from "../store/stored.ts";
import { evaluate, type Hit } from "./evaluate.ts";
import type { Lookup } from "./lookup.ts";
import { otherModule } from "./modules.ts";

/** Why a record that names a package does not count for it. */
export const REFUSALS = ["not_in_range", "withdrawn", "not_security", "other_module", "twin_preferred"] as const;
export type Refusal = (typeof REFUSALS)[number];

/** What became of one candidate. */
export type Judgement =
  | { readonly outcome: "matched"; readonly record: StoredAdvisory; readonly hit: Hit }
  | { readonly outcome: Refusal; readonly record: StoredAdvisory | undefined; readonly reason: string };

/** Judges every record that names the package. The cheap question, the version, comes first: it settles nearly all of them. */
export function judgePackage(
  snapshot: Snapshot,
  found: Package,
  lookup: Lookup,
  known: PackageAdvisories,
): Judgement[] {
  const judgements = known.candidates.map((candidate) => judge(snapshot, found, lookup, known, candidate));
  const settled = found.type === "rpm" ? settleBuilds(judgements) : judgements;
  return known.candidates.some(({ rule }) => rule.odd) ? preferTwins(settled) : settled;
}

function judge(
  snapshot: Snapshot,
  found: Package,
  lookup: Lookup,
  known: PackageAdvisories,
  candidate: Candidate,
): Judgement {
  const hit = evaluate(known, candidate, lookup.version);
  if (!hit) return refuse("not_in_range", snapshot, candidate, () => describeMiss(lookup.version, candidate));
  const record = snapshot.advisory(candidate.advisory);
  if (!record) return refuse("withdrawn", snapshot, candidate, () => "the record is gone");
  if (record.withdrawn) return { outcome: "withdrawn", record, reason: `withdrawn on ${record.withdrawn}` };
  if (record.kind === "not_security") return { outcome: "not_security", record, reason: "it fixes bugs, not a flaw" };
  const module = otherModule(found, hit.fixed, record);
  return module ? { outcome: "other_module", record, reason: module } : { outcome: "matched", record, hit };
}

/** Records of what was refused by version are read only when somebody asks. */
function refuse(outcome: Refusal, snapshot: Snapshot, { advisory }: Candidate, describe: () => string): Judgement {
  return {
    outcome,
    get reason() {
      return describe();
    },
    get record() {
      return snapshot.advisory(advisory);
    },
  };
}

function describeMiss(version: string, { rule }: Candidate): string {
  const ranges = (rule.r ?? []).map(formatRange).join("; ");
  const list = rule.v ? ` and not among ${rule.v.length} listed versions` : "";
  return `${version} is outside the affected range${ranges ? ` (${ranges})` : ""}${list}`;
}

/** A bulletin lists the builds of a module package one by one, and each of them has the fix: the lowest decides. */
function settleBuilds(judgements: readonly Judgement[]): Judgement[] {
  const cleared = new Set<StoredAdvisory | undefined>();
  const matched = new Set(
    judgements.flatMap((judgement) => (judgement.outcome === "matched" ? [judgement.record] : [])),
  );
  if (matched.size === 0) return [...judgements];
  for (const { outcome, record } of judgements) if (outcome === "not_in_range") cleared.add(record);
  return judgements.map((judgement) => {
    if (judgement.outcome !== "matched" || !cleared.has(judgement.record) || !judgement.hit.fixed?.includes(".module"))
      return judgement;
    return { outcome: "not_in_range", record: judgement.record, reason: "an earlier build of the module has the fix" };
  });
}

/** Where a record's versions do not fit the order, a record of the same flaw whose versions do is better. */
function preferTwins(judgements: readonly Judgement[]): Judgement[] {
  return judgements.map((judgement) => {
    if (judgement.outcome !== "matched" || !judgement.hit.candidate.rule.odd) return judgement;
    const twin = judgements.find(
      ({ record }) => record && record !== judgement.record && isTwin(record, judgement.record),
    );
    if (!twin) return judgement;
    const reason = `its versions do not fit the order; ${twin.record?.id} of the same flaw decides`;
    return { outcome: "twin_preferred", record: judgement.record, reason };
  });
}

function isTwin(a: StoredAdvisory, b: StoredAdvisory): boolean {
  return a.aliases.includes(b.id) || b.aliases.includes(a.id) || a.aliases.some((id) => b.aliases.includes(id));
}
