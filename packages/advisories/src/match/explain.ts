import type { Inventory, Package } from "@tidewaiter/inventory";
import type { Snapshot } from "../store/snapshot.ts";
import type { AdvisoryStore } from "../store/store.ts";
import type { StoredAdvisory } from "../store/stored.ts";
import { type Answer, findAnswers } from "./candidates.ts";
import { type Coverage, coverDistribution, coverLanguages } from "./coverage.ts";
import { describeHit } from "./evaluate.ts";
import { explainMisses, type Judgement, judgeHits, type Refusal } from "./judge.ts";
import type { MatchOptions } from "./match.ts";
import { type SetAsideReason, setAsideReason } from "./set-aside.ts";

/** What became of one record for one package, and why. */
export interface Decision {
  readonly package: string;
  readonly outcome: "matched" | Refusal | SetAsideReason;
  /** One sentence: the range, the compared versions, the rule. */
  readonly reason: string;
  /** How the installed package led to the name that was looked up. */
  readonly mapping: string;
  readonly ecosystem: string;
  readonly record: string;
  readonly fixed?: string;
}

export interface Explanation {
  readonly id: string;
  /** Records of the database that are about the flaw, whatever packages they name. */
  readonly records: readonly { readonly id: string; readonly modified: string; readonly summary?: string }[];
  /** One for each record and package of the image that it names; empty when none does. */
  readonly decisions: readonly Decision[];
  readonly coverage: readonly Coverage[];
}

/** Why a flaw was found in an image, or why not: every record of it against every package that it names. */
export function explainFinding(
  store: AdvisoryStore,
  inventory: Inventory,
  id: string,
  options: MatchOptions = {},
): Explanation {
  const snapshot = store.snapshot();
  const records = findRecords(snapshot, id);
  const numbers = new Set(records.map(({ number }) => number));
  const distribution = coverDistribution(snapshot, inventory, { ...options, now: options.now ?? new Date() });
  const decisions = findAnswers(snapshot, inventory.packages, distribution.keys).flatMap((answer) =>
    decide(snapshot, answer, numbers),
  );
  return {
    id,
    records: records.map(({ id: record, modified, summary }) => ({ id: record, modified, summary })),
    decisions,
    coverage: [...(distribution.coverage ? [distribution.coverage] : []), ...coverLanguages(snapshot, inventory)],
  };
}

/** Records under this id, under its aliases, and those that are about it. */
function findRecords(snapshot: Snapshot, id: string): StoredAdvisory[] {
  const records = new Map<number, StoredAdvisory>();
  const ids = new Set([id]);
  for (const name of ids) {
    for (const record of snapshot.findAbout(name)) {
      records.set(record.number, record);
      const isSame = record.id === name || record.aliases.includes(name);
      if (isSame && ids.size < 100) for (const alias of [record.id, ...record.aliases]) ids.add(alias);
    }
  }
  return [...records.values()];
}

function decide(snapshot: Snapshot, answer: Answer, numbers: ReadonlySet<number>): Decision[] {
  const { found, lookup, known, hits } = answer;
  const common = { package: found.purl, mapping: lookup.mapping, ecosystem: lookup.ecosystem };
  const aside = setAsideReason(found);
  const judgements = [
    ...judgeHits(snapshot, answer, snapshot.advisories(hits.flatMap(({ group }) => group.advisories))),
    ...explainMisses(snapshot, known, hits, lookup.version),
  ].filter(({ record }) => numbers.has(record.number));
  return judgements.map((judgement) => {
    const record = judgement.record.id;
    if (aside) return { ...common, record, outcome: aside, reason: describeAside(aside, found, judgement) };
    if (judgement.outcome === "matched") {
      return {
        ...common,
        record,
        outcome: "matched" as const,
        reason: describeHit(judgement.hit),
        fixed: judgement.hit.fixed,
      };
    }
    return { ...common, record, outcome: judgement.outcome, reason: judgement.reason };
  });
}

function describeAside(reason: SetAsideReason, { ownedBy }: Package, judgement: Judgement): string {
  const would =
    judgement.outcome === "matched" ? "by its number it would match" : "by its number it would not match either";
  return reason === "owned"
    ? `${ownedBy} owns the file, so the distribution decides; ${would}`
    : `set aside (${reason}); ${would}`;
}
