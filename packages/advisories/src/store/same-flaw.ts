import type { DatabaseSync } from "node:sqlite";
import type { PackageKey } from "./changes.ts";

/** Records that are new or say something else than in the other database. */
const changedIn = (one: string, other: string): string => `
SELECT record.osv FROM ${one}.advisory AS record
LEFT JOIN ${other}.link AS link ON link.id = record.osv AND link.kind = 0
LEFT JOIN ${other}.advisory AS was ON was.id = link.advisory
WHERE was.id IS NULL OR was.modified <> record.modified OR was.withdrawn IS NOT record.withdrawn OR was.facts <> record.facts`;

/** CVEs that only one of the two knows to be exploited. */
const EXPLOITED = `
SELECT cve AS osv FROM (SELECT cve FROM main.exploited EXCEPT SELECT cve FROM old.exploited)
UNION SELECT cve FROM (SELECT cve FROM old.exploited EXCEPT SELECT cve FROM main.exploited)`;

/** Every name that a chain of aliases joins with these, and all records that go by one or are about it. */
const sharingNames = (schema: string): string => `
WITH RECURSIVE name(id) AS (
  SELECT value FROM json_each(?)
  UNION
  SELECT alias.value FROM name JOIN ${schema}.link AS link ON link.id = name.id AND link.kind < 2
  JOIN ${schema}.advisory AS record ON record.id = link.advisory
  JOIN json_each(json_insert(json_extract(record.facts, '$[0]'), '$[#]', record.osv)) AS alias
)
SELECT DISTINCT record.osv FROM name JOIN ${schema}.link AS link ON link.id = name.id
JOIN ${schema}.advisory AS record ON record.id = link.advisory`;

/**
 * Packages of the main database whose findings may read otherwise because something else is said of their flaws, by
 * records of whatever ecosystem or by the catalogue of exploited ones: findings take severity, names and dissent from the
 * whole alias group, as it was before and as it is now.
 *
 * @param database with the database before attached as `old`
 */
export function packagesOfChangedFlaws(database: DatabaseSync): PackageKey[] {
  const changes = [changedIn("main", "old"), changedIn("old", "main"), EXPLOITED];
  const asked = JSON.stringify([...new Set(changes.flatMap((sql) => idsOf(database, sql)))]);
  const concerned = new Set(["main", "old"].flatMap((schema) => idsOf(database, sharingNames(schema), asked)));
  return packagesNamedBy(database, numbersOf(database, concerned));
}

function idsOf(database: DatabaseSync, sql: string, ...values: readonly string[]): string[] {
  return database
    .prepare(sql)
    .all(...values)
    .map(({ osv }) => String(osv));
}

function numbersOf(database: DatabaseSync, ids: ReadonlySet<string>): ReadonlySet<number> {
  const find = database.prepare(
    "SELECT advisory FROM json_each(?) AS asked JOIN main.link AS link ON link.id = asked.value AND link.kind = 0",
  );
  return new Set(find.all(JSON.stringify([...ids])).map(({ advisory }) => Number(advisory)));
}

/** Rows name their records, records not their rows: all are read, one at a time. */
function packagesNamedBy(database: DatabaseSync, numbers: ReadonlySet<number>): PackageKey[] {
  if (numbers.size === 0) return [];
  const found: PackageKey[] = [];
  for (const row of database.prepare("SELECT ecosystem, name, rules FROM main.package").iterate()) {
    const rules: readonly (readonly [unknown, readonly number[]])[] = JSON.parse(String(row.rules));
    if (rules.some(([, advisories]) => advisories.some((number) => numbers.has(number))))
      found.push({ ecosystem: String(row.ecosystem), name: String(row.name) });
  }
  return found;
}
