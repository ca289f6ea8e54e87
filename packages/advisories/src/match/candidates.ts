import type { Package } from "@tidewaiter/inventory";
import type { Snapshot, StoredAdvisory } from "../store/snapshot.ts";
import { isDistributionType } from "./ecosystem-keys.ts";
import { evaluate, type Hit } from "./evaluate.ts";
import { distributionLookups, type Lookup, languageLookup } from "./lookup.ts";

/** A record that a package falls under. */
export interface Match {
  readonly found: Package;
  readonly lookup: Lookup;
  readonly record: StoredAdvisory;
  readonly hit: Hit;
}

/** The questions that a package leads to. None for what the distribution owns: it fixes such packages under old numbers. */
export function lookupsOf(found: Package, distribution: readonly string[]): Lookup[] {
  if (isDistributionType(found.type)) return distributionLookups(found, distribution);
  const lookup = found.ownedBy === undefined ? languageLookup(found) : undefined;
  return lookup ? [lookup] : [];
}

/** Every record that the package falls under, withdrawn ones and those without a flaw left out. */
export function matchPackage(snapshot: Snapshot, found: Package, distribution: readonly string[]): Match[] {
  const matches: Match[] = [];
  if (found.version === "") return matches;
  for (const lookup of lookupsOf(found, distribution)) {
    const known = snapshot.findPackage(lookup.ecosystem, lookup.name);
    for (const candidate of known?.candidates ?? []) {
      const hit = known && evaluate(known, candidate, lookup.version);
      const record = hit && snapshot.advisory(candidate.advisory);
      if (record && !record.withdrawn && record.kind !== "not_security") matches.push({ found, lookup, record, hit });
    }
  }
  return matches;
}
