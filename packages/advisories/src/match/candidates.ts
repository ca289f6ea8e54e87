import type { Package } from "@tidewaiter/inventory";
import type { Snapshot } from "../store/snapshot.ts";
import type { PackageAdvisories, StoredAdvisory } from "../store/stored.ts";
import { isDistributionType } from "./ecosystem-keys.ts";
import { evaluate, type Hit } from "./evaluate.ts";
import { judgeHits } from "./judge.ts";
import { distributionLookups, identityOf, type Lookup, languageLookup } from "./lookup.ts";
import { setAsideReason } from "./set-aside.ts";

/** A package that the store has something on. */
export interface Answer {
  readonly found: Package;
  readonly lookup: Lookup;
  readonly known: PackageAdvisories;
  /** The rules that its version falls under. */
  readonly hits: readonly Hit[];
}

/** A record that a package falls under. */
export interface Match extends Omit<Answer, "hits"> {
  readonly record: StoredAdvisory;
  readonly hit: Hit;
}

/** Records that are judged and forgotten together: an image with tens of thousands of findings is matched in small memory. */
const BATCH = 1_000;

/**
 * Every record that one of the packages falls under, in batches; all matches of a package come in one. Packages that are
 * not judged by their number have none.
 */
export function* findMatches(
  snapshot: Snapshot,
  packages: readonly Package[],
  distribution: readonly string[],
): Generator<readonly Match[]> {
  const judged = packages.filter((found) => setAsideReason(found) === undefined);
  const answers = findAnswers(snapshot, judged, distribution).filter(({ hits }) => hits.length > 0);
  let [batch, size]: [Answer[], number] = [[], 0];
  for (const same of Map.groupBy(answers, ({ found }) => identityOf(found)).values()) {
    for (const answer of same) {
      batch.push(answer);
      for (const { group } of answer.hits) size += group.advisories.length;
    }
    if (size < BATCH) continue;
    yield judgeAll(snapshot, batch);
    [batch, size] = [[], 0];
  }
  if (batch.length > 0) yield judgeAll(snapshot, batch);
}

function judgeAll(snapshot: Snapshot, answers: readonly Answer[]): Match[] {
  const numbers = new Set<number>();
  for (const { hits } of answers) {
    for (const { group } of hits) for (const number of group.advisories) numbers.add(number);
  }
  const records = snapshot.advisories(numbers);
  const matches: Match[] = [];
  for (const answer of answers) {
    const { found, lookup, known } = answer;
    for (const judgement of judgeHits(snapshot, answer, records)) {
      if (judgement.outcome !== "matched") continue;
      matches.push({ found, lookup, known, record: judgement.record, hit: judgement.hit });
    }
  }
  return matches;
}

/**
 * What the store knows about the packages. Of the names that a system package may be listed under, the first one known
 * is the one; every key of the distribution counts, as Red Hat's repositories are keys of their own.
 */
export function findAnswers(
  snapshot: Snapshot,
  packages: readonly Package[],
  distribution: readonly string[],
): Answer[] {
  const asked = packages.map((found) => ({ found, choices: choicesOf(found, distribution) }));
  const known = lookUp(snapshot, asked);
  const evaluate = createEvaluator();
  const answers: Answer[] = [];
  for (const { found, choices } of asked) {
    for (const names of choices) {
      const answer = firstKnown(known, names);
      if (answer) answers.push({ found, ...answer, hits: evaluate(answer) });
    }
  }
  return answers;
}

/** A package as it is asked for: of each list of names the first that has an answer counts. */
interface Asked {
  readonly found: Package;
  readonly choices: readonly (readonly Lookup[])[];
}

function choicesOf(found: Package, distribution: readonly string[]): Asked["choices"] {
  if (isDistributionType(found.type)) return distribution.map((key) => distributionLookups(found, key));
  const lookup = languageLookup(found);
  return lookup ? [[lookup]] : [];
}

type Known = ReadonlyMap<string, ReadonlyMap<string, PackageAdvisories>>;

/** All answers of an ecosystem at once. */
function lookUp(snapshot: Snapshot, asked: readonly Asked[]): Known {
  const names = new Map<string, Set<string>>();
  for (const { choices } of asked) {
    for (const lookups of choices) {
      for (const { ecosystem, name } of lookups) {
        const own = names.get(ecosystem);
        if (own) own.add(name);
        else names.set(ecosystem, new Set([name]));
      }
    }
  }
  return new Map([...names].map(([ecosystem, own]) => [ecosystem, snapshot.findPackages(ecosystem, own)]));
}

function firstKnown(known: Known, names: readonly Lookup[]): Pick<Answer, "lookup" | "known"> | undefined {
  for (const lookup of names) {
    const answer = known.get(lookup.ecosystem)?.get(lookup.name);
    if (answer) return { lookup, known: answer };
  }
  return undefined;
}

/** Many packages are built from one source, and share its version. */
function createEvaluator(): (answer: Pick<Answer, "lookup" | "known">) => readonly Hit[] {
  const evaluated = new Map<PackageAdvisories, Map<string, readonly Hit[]>>();
  return ({ lookup: { version }, known }) => {
    let versions = evaluated.get(known);
    if (!versions) {
      versions = new Map();
      evaluated.set(known, versions);
    }
    const hits = versions.get(version) ?? evaluate(known, version);
    versions.set(version, hits);
    return hits;
  };
}
