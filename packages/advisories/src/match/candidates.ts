import type { Package } from "@tidewaiter/inventory";
import type { Snapshot } from "../store/snapshot.ts";
import type { PackageAdvisories, StoredAdvisory } from "../store/stored.ts";
import { isDistributionType } from "./ecosystem-keys.ts";
import type { Hit } from "./evaluate.ts";
import { judgePackage } from "./judge.ts";
import { distributionLookups, type Lookup, languageLookup } from "./lookup.ts";
import { setAsideReason } from "./set-aside.ts";

/** A record that a package falls under. */
export interface Match {
  readonly found: Package;
  readonly lookup: Lookup;
  readonly known: PackageAdvisories;
  readonly record: StoredAdvisory;
  readonly hit: Hit;
}

/** A question that the store has something on. */
export interface Answer {
  readonly lookup: Lookup;
  readonly known: PackageAdvisories;
}

/**
 * What the store knows about a package. Of the names that a system package may be listed under, the first one known is
 * the one; every key of the distribution counts, as Red Hat's repositories are keys of their own.
 */
export function findAnswers(snapshot: Snapshot, found: Package, distribution: readonly string[]): Answer[] {
  if (!isDistributionType(found.type)) return findAnswer(snapshot, languageLookup(found));
  return distribution.flatMap((key) => {
    for (const lookup of distributionLookups(found, key)) {
      const answers = findAnswer(snapshot, lookup);
      if (answers.length > 0) return answers;
    }
    return [];
  });
}

function findAnswer(snapshot: Snapshot, lookup: Lookup | undefined): Answer[] {
  const known = lookup && snapshot.findPackage(lookup.ecosystem, lookup.name);
  return known ? [{ lookup, known }] : [];
}

/** Every record that the package falls under. Packages that are not judged by their number have none. */
export function matchPackage(snapshot: Snapshot, found: Package, distribution: readonly string[]): Match[] {
  if (setAsideReason(found)) return [];
  return findAnswers(snapshot, found, distribution).flatMap(({ lookup, known }) =>
    judgePackage(snapshot, found, lookup, known).flatMap((judgement) =>
      judgement.outcome === "matched" ? [{ found, lookup, known, record: judgement.record, hit: judgement.hit }] : [],
    ),
  );
}
