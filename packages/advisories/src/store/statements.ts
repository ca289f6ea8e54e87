import type { DatabaseSync, StatementSync } from "node:sqlite";

/** The insertions of a store, prepared once. */
export interface Statements {
  readonly meta: StatementSync;
  readonly ecosystem: StatementSync;
  readonly package: StatementSync;
  readonly advisory: StatementSync;
  readonly link: StatementSync;
  readonly exploited: StatementSync;
  readonly epss: StatementSync;
  readonly state: StatementSync;
}

export function prepareInsertions(database: DatabaseSync): Statements {
  return {
    meta: database.prepare("INSERT OR REPLACE INTO meta VALUES (?, ?)"),
    ecosystem: database.prepare("INSERT INTO ecosystem VALUES (?, ?, ?)"),
    package: database.prepare("INSERT INTO package VALUES (?, ?, ?, ?)"),
    advisory: database.prepare(
      "INSERT INTO advisory (id, osv, modified, kind, withdrawn, facts) VALUES (?, ?, ?, ?, ?, ?)",
    ),
    link: database.prepare("INSERT OR IGNORE INTO link VALUES (?, ?, ?)"),
    exploited: database.prepare("INSERT OR REPLACE INTO exploited VALUES (?, ?, ?, ?)"),
    epss: database.prepare("INSERT OR REPLACE INTO epss VALUES (?, ?, ?)"),
    state: database.prepare("INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?, ?)"),
  };
}
