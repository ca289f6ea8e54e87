import type { Snapshot } from "../store/snapshot.ts";
import type { StoredAdvisory } from "../store/stored.ts";

/** How often records that were found are asked for the names that they bring. */
const MAX_ROUNDS = 4;

/** Records by the ids that they go by: their own and their aliases. */
export interface AliasGroups {
  named(id: string): readonly StoredAdvisory[];
}

/**
 * Looks up, in a few questions for all, what records share ids with these. Records that are known to share none are
 * passed over; what a longer chain of aliases leads to is asked for one by one.
 */
export function findAliasGroups(snapshot: Snapshot, records: Iterable<StoredAdvisory>): AliasGroups {
  const groups = new Map<string, readonly StoredAdvisory[]>();
  let names = namesOf([...records].filter(({ isLinked }) => isLinked));
  for (let round = 0; round < MAX_ROUNDS && names.size > 0; round += 1) {
    const found = snapshot.findByIds(names);
    for (const name of names) groups.set(name, found.get(name) ?? []);
    const more = namesOf([...found.values()].flat());
    names = new Set([...more].filter((name) => !groups.has(name)));
  }
  return { named: (id) => groups.get(id) ?? snapshot.findByIds([id]).get(id) ?? [] };
}

function namesOf(records: readonly StoredAdvisory[]): Set<string> {
  return new Set(records.flatMap(({ id, aliases, upstream }) => [id, ...aliases, ...upstream]));
}
