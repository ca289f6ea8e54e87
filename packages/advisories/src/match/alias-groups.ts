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
  const seen = new Set<StoredAdvisory>();
  let news = [...records].filter(({ isLinked }) => isLinked);
  for (let round = 0; round < MAX_ROUNDS && news.length > 0; round += 1) {
    const names = new Set<string>();
    for (const record of news) {
      seen.add(record);
      for (const name of namesOf(record)) if (!groups.has(name)) names.add(name);
    }
    const found = snapshot.findByIds(names);
    for (const name of names) groups.set(name, found.get(name) ?? []);
    news = [...new Set([...found.values()].flat())].filter((record) => !seen.has(record));
  }
  return { named: (id) => groups.get(id) ?? snapshot.findByIds([id]).get(id) ?? [] };
}

function namesOf({ id, aliases, upstream }: StoredAdvisory): readonly string[] {
  return [id, ...aliases, ...upstream];
}
