import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { compareText } from "../versions/scheme.ts";
import { packagesOfChangedFlaws } from "./same-flaw.ts";

/** A package as advisories name it. */
export interface PackageKey {
  readonly ecosystem: string;
  readonly name: string;
}

/** In place of a name: the ecosystem came or went, which decides whether its packages are covered. */
export const WHOLE_ECOSYSTEM = "";

/** One text for a key, in the order of ecosystems and then names. */
export function keyText({ ecosystem, name }: PackageKey): string {
  return `${ecosystem}\n${name}`;
}

/** What an update changed: inventories with none of these packages keep their findings. */
export interface StoreChanges {
  readonly packages: readonly PackageKey[];
  /** Ecosystems that one of the two has and the other has not. */
  readonly ecosystems: readonly string[];
  /** CVEs that are newly known to be exploited. */
  readonly exploited: readonly string[];
  /** True when the scores of likely exploitation are of another day: they concern every finding. */
  readonly hasNewScores: boolean;
}

/** With more changes than this there is no use in knowing them one by one. */
const MAX_CHANGES = 20_000;

const CHANGED_PACKAGES = `
SELECT new.ecosystem, new.name FROM main.package AS new
LEFT JOIN old.package AS old ON old.ecosystem = new.ecosystem AND old.name = new.name
WHERE old.fingerprint IS NULL OR old.fingerprint <> new.fingerprint
UNION ALL
SELECT old.ecosystem, old.name FROM old.package AS old
LEFT JOIN main.package AS new ON new.ecosystem = old.ecosystem AND new.name = old.name
WHERE new.fingerprint IS NULL
UNION
SELECT ecosystem, name FROM (SELECT * FROM main.state EXCEPT SELECT * FROM old.state)
UNION
SELECT ecosystem, name FROM (SELECT * FROM old.state EXCEPT SELECT * FROM main.state)
ORDER BY 1, 2`;

/** Compares two database files. Undefined when the old one is missing or of another schema: then all may have changed. */
export function compareStores(oldPath: string, newPath: string): StoreChanges | undefined {
  if (!existsSync(oldPath)) return undefined;
  const database = new DatabaseSync(newPath, { readOnly: true });
  try {
    database.prepare("ATTACH ? AS old").run(oldPath);
    const isSameSchema = database.prepare(SAME_SCHEMA).get() !== undefined;
    if (!isSameSchema) return undefined;
    const packages = changedPackages(database);
    return {
      packages,
      ecosystems: textsOf(database, CHANGED_ECOSYSTEMS),
      exploited: textsOf(database, "SELECT cve FROM main.exploited EXCEPT SELECT cve FROM old.exploited"),
      hasNewScores: database.prepare(OTHER_SCORES).get() !== undefined,
    };
  } catch {
    // A present file that cannot be read is about to be replaced; nothing can be said about it.
    return undefined;
  } finally {
    database.close();
  }
}

/** Those whose own records changed, and those that share a flaw with a record that did; in order, each once. */
function changedPackages(database: DatabaseSync): PackageKey[] {
  const rows = database.prepare(CHANGED_PACKAGES).all();
  const own = rows.map(({ ecosystem, name }) => ({ ecosystem: String(ecosystem), name: String(name) }));
  if (own.length > MAX_CHANGES) return own;
  const all = new Map([...own, ...packagesOfChangedFlaws(database)].map((key) => [keyText(key), key]));
  return [...all].sort(([a], [b]) => compareText(a, b)).map(([, key]) => key);
}

function textsOf(database: DatabaseSync, sql: string): string[] {
  return database
    .prepare(sql)
    .all()
    .map((row) => String(Object.values(row)[0]));
}

const CHANGED_ECOSYSTEMS = `
SELECT name FROM (SELECT name FROM main.ecosystem EXCEPT SELECT name FROM old.ecosystem)
UNION SELECT name FROM (SELECT name FROM old.ecosystem EXCEPT SELECT name FROM main.ecosystem)`;

const OTHER_SCORES = `
SELECT 1 WHERE (SELECT value FROM main.meta WHERE key = 'epss') IS NOT (SELECT value FROM old.meta WHERE key = 'epss')`;

const SAME_SCHEMA = `
SELECT 1 FROM main.meta AS new JOIN old.meta AS old ON old.key = new.key AND old.value = new.value
WHERE new.key = 'schema'`;

/**
 * Writes into a new database what differs from the one that it follows, so that whoever reads it later knows what need
 * not be matched again.
 */
export function recordChanges(path: string, before: string | undefined, changes: StoreChanges | undefined): void {
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN");
    database.exec("DELETE FROM change; DELETE FROM meta WHERE key IN ('follows', 'rescored')");
    if (before !== undefined && changes && changes.packages.length <= MAX_CHANGES) {
      database.prepare("INSERT INTO meta VALUES ('follows', ?)").run(before);
      const insert = database.prepare("INSERT OR IGNORE INTO change VALUES (?, ?)");
      for (const { ecosystem, name } of changes.packages) insert.run(ecosystem, name);
      for (const ecosystem of changes.ecosystems) insert.run(ecosystem, WHOLE_ECOSYSTEM);
      if (changes.hasNewScores) database.exec("INSERT INTO meta VALUES ('rescored', 'yes')");
    }
    database.exec("COMMIT");
  } finally {
    database.close();
  }
}

/** When the data of a file was built; undefined when there is none that can be read. */
export function builtAt(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const row = database.prepare("SELECT value FROM meta WHERE key = 'built'").get();
    return row && String(row.value);
  } catch {
    return undefined;
  } finally {
    database.close();
  }
}
