import type { StoredAdvisory } from "../store/stored.ts";
import type { AliasGroups } from "./alias-groups.ts";

/** How far chains of aliases are followed. */
const MAX_GROUP = 200;

/** One flaw under all its names. */
export interface Flaw {
  /** CVE, then GHSA, then the ecosystem's own id, then a bulletin's. */
  readonly id: string;
  readonly aliases: string[];
}

/** Ids of ecosystems, which stand after the CVE and GitHub's and before those of bulletins. */
const OF_ECOSYSTEM = /^(GO|PYSEC|RUSTSEC|RUBYSEC|MAL|OSV)-/;

export function compareIds(a: string, b: string): number {
  return rank(a) - rank(b) || (a < b ? -1 : Number(a > b));
}

function rank(id: string): number {
  if (isCve(id)) return 0;
  if (id.startsWith("GHSA-")) return 1;
  return OF_ECOSYSTEM.test(id) ? 2 : 3;
}

/**
 * The flaws that a record is about. A bulletin of a distribution gives one for each CVE that it names; any other record
 * gives the one of its alias group. Groups that would join two CVEs stay apart: such aliases are known to be wrong.
 */
export function flawsOf(groups: AliasGroups, record: StoredAdvisory): readonly Flaw[] {
  const own = cvesOf(record);
  const group = record.isLinked ? [...followAliases(groups, record)] : [record.id, ...record.aliases];
  const cves = own.length > 0 ? own : group.filter(isCve);
  if (own.length === 0 && cves.length > 1) return [flaw([record.id, ...record.aliases])];
  if (cves.length === 0) return [flaw([...group, ...record.upstream])];
  const names = cves.length > 1 ? [record.id] : group;
  const others = (cve: string): readonly string[] => (record.isLinked ? namesOf(groups, cve) : []);
  return cves.map((cve) => flaw([cve, ...names, ...others(cve)]));
}

/** The CVEs that a record names itself. */
function cvesOf({ id, aliases, upstream }: StoredAdvisory): readonly string[] {
  const cves = isCve(id) ? [id] : [];
  for (const names of [aliases, upstream]) for (const name of names) if (isCve(name)) cves.push(name);
  return cves.length < 2 ? cves : [...new Set(cves)];
}

function isCve(id: string): boolean {
  return id.startsWith("CVE-");
}

function flaw(ids: string[]): Flaw {
  // Mostly a CVE and the record that is about it, in this order already.
  const sorted =
    ids.length < 2 || (ids.length === 2 && compareIds(ids[0] ?? "", ids[1] ?? "") < 0) ? ids : sortIds(ids);
  const [id = "", ...aliases] = sorted;
  return { id, aliases: aliases.some(isCve) ? aliases.filter((alias) => !isCve(alias)) : aliases };
}

function sortIds(ids: readonly string[]): string[] {
  return [...new Set(ids)].sort(compareIds);
}

/** Ids of the records that call this CVE an alias of theirs. */
function namesOf(groups: AliasGroups, cve: string): string[] {
  const records = groups.named(cve).filter(({ aliases }) => aliases.filter(isCve).length <= 1);
  return records.slice(0, MAX_GROUP).flatMap(({ id, aliases }) => [id, ...aliases.filter((alias) => !isCve(alias))]);
}

/** The ids that aliases join with the record, in either direction and any number of steps, but never by way of another CVE than its own. */
function followAliases(groups: AliasGroups, record: StoredAdvisory): ReadonlySet<string> {
  const own = [record.id, ...record.aliases].find(isCve);
  const ids = new Set([record.id, ...record.aliases]);
  for (const id of ids) {
    if (ids.size > MAX_GROUP) break;
    for (const other of groups.named(id)) {
      const names = [other.id, ...other.aliases];
      if (own === undefined || !names.some((name) => isCve(name) && name !== own))
        for (const name of names) ids.add(name);
    }
  }
  return ids;
}
