import type { Package } from "@tidewaiter/inventory";
import type { StoredAdvisory } from "../store/stored.ts";
import type { Match } from "./candidates.ts";
import type { Flaw } from "./flaws.ts";
import { identityOf } from "./lookup.ts";

/** What becomes one finding: the matches of a flaw in a package of one version, wherever it lies. */
export interface Row {
  readonly flaw: Flaw;
  /** The match that began the row. */
  readonly lead: Match;
  readonly packages: readonly Package[];
  readonly matches: readonly Match[];
}

/** Rows in the order in which their first matches come. */
export function groupMatches(
  matches: readonly Match[],
  flaws: ReadonlyMap<StoredAdvisory, readonly Flaw[]>,
): readonly Row[] {
  const rows = new Map<string, Row & { readonly packages: Package[]; readonly matches: Match[] }>();
  const identities = new Map<Package, string>();
  for (const match of matches) {
    const { found, record } = match;
    const identity = identities.get(found) ?? identityOf(found);
    identities.set(found, identity);
    for (const flaw of flaws.get(record) ?? []) {
      const key = `${flaw.id}\n${identity}`;
      const row = rows.get(key);
      if (!row) rows.set(key, { flaw, lead: match, packages: [found], matches: [match] });
      else {
        if (!row.packages.includes(found)) row.packages.push(found);
        row.matches.push(match);
      }
    }
  }
  return [...rows.values()];
}
