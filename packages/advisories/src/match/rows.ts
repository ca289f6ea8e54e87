import type { StoredAdvisory } from "../store/stored.ts";
import type { Match } from "./candidates.ts";
import type { Flaw } from "./flaws.ts";
import { identityOf } from "./lookup.ts";

/** What becomes one finding: the matches of a flaw in a package of one version, wherever it lies. */
export interface Row {
  readonly flaw: Flaw;
  /** The match that began the row. */
  readonly lead: Match;
  /** The lead and those that came after it. */
  readonly matches: readonly Match[];
}

interface OpenRow extends Row {
  readonly matches: Match[];
}

/** Rows in the order in which their first matches come. */
export function groupMatches(
  matches: readonly Match[],
  flaws: ReadonlyMap<StoredAdvisory, readonly Flaw[]>,
): readonly Row[] {
  const rows: OpenRow[] = [];
  const packages = new Map<string, Map<string, OpenRow>>();
  let [last, own] = [matches[0]?.found, new Map<string, OpenRow>()];
  for (const match of matches) {
    // Matches of a package follow one another, so that its rows are looked for once.
    if (match.found !== last || packages.size === 0) own = rowsOfPackage(packages, identityOf(match.found));
    last = match.found;
    for (const flaw of flaws.get(match.record) ?? []) {
      const row = own.get(flaw.id);
      if (row) {
        row.matches.push(match);
        continue;
      }
      const fresh = { flaw, lead: match, matches: [match] };
      own.set(flaw.id, fresh);
      rows.push(fresh);
    }
  }
  return rows;
}

function rowsOfPackage(packages: Map<string, Map<string, OpenRow>>, identity: string): Map<string, OpenRow> {
  const known = packages.get(identity);
  if (known) return known;
  const rows = new Map<string, OpenRow>();
  packages.set(identity, rows);
  return rows;
}
