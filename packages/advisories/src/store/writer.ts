import { DatabaseSync, type StatementSync } from "node:sqlite";
import { schemeOf } from "../osv/ecosystems.ts";
import { ADVISORY_KINDS } from "../osv/kind.ts";
import type { AdvisoryRecord } from "../osv/record.ts";
import { formatFacts } from "./facts.ts";
import { fingerprint } from "./fingerprint.ts";
import { createPackageTable } from "./package-table.ts";
import { toStoredRule } from "./rule-text.ts";
import { CREATE_TABLES, LINK, MARK_LINKED, STORE_SCHEMA } from "./schema.ts";
import { prepareInsertions } from "./statements.ts";

/** Fills a new store file. Nobody reads it before `finish`, so it is written without a journal. */
export interface StoreWriter {
  /** Adds a record; false when the id is there already (the first one stays). */
  add(record: AdvisoryRecord): boolean;
  addExploited(cve: string, added: string, due: string | undefined, isRansomware: boolean): void;
  addEpss(cve: string, score: number, percentile: number): void;
  /** Why a distribution has no fix for a flaw in one of its source packages. */
  addState(ecosystem: string, name: string, cve: string, state: string | undefined, urgency: string | undefined): void;
  setMeta(key: string, value: string): void;
  /** Writes what had to wait for the last record, and closes the file. */
  finish(): void;
  /** Closes the file without finishing it. */
  abandon(): void;
  readonly records: number;
}

export function createStoreWriter(path: string): StoreWriter {
  const database = new DatabaseSync(path);
  database.exec(
    "PRAGMA page_size = 16384; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8192; PRAGMA locking_mode = EXCLUSIVE;",
  );
  database.exec(CREATE_TABLES);
  database.exec("BEGIN");
  const rows = createRows(database);
  return {
    add: (record) => rows.add(record),
    addExploited: (cve, added, due, isRansomware) => rows.exploited.run(cve, added, due ?? null, Number(isRansomware)),
    addEpss: (cve, score, percentile) => rows.epss.run(cve, score, percentile),
    addState: (ecosystem, name, cve, state, urgency) =>
      rows.state.run(ecosystem, name, cve, state ?? null, urgency ?? null),
    setMeta: (key, value) => rows.setMeta(key, value),
    finish() {
      rows.setMeta("schema", String(STORE_SCHEMA));
      rows.setMeta("records", String(rows.records));
      rows.writeTotals();
      database.exec(MARK_LINKED);
      database.exec("COMMIT");
      database.close();
    },
    abandon() {
      if (database.isOpen) database.close();
    },
    get records() {
      return rows.records;
    },
  };
}

function createRows(database: DatabaseSync) {
  const statements = prepareInsertions(database);
  const packages = createPackageTable();
  const counts = new Map<string, { records: number; newest: string }>();
  const seen = new Set<string>();
  let records = 0;
  return {
    ...statements,
    add(record: AdvisoryRecord): boolean {
      if (seen.has(record.id)) return false;
      seen.add(record.id);
      records += 1;
      const [number, kind] = [records, ADVISORY_KINDS.indexOf(record.kind)];
      statements.advisory.run(number, record.id, record.modified, kind, record.withdrawn ?? null, formatFacts(record));
      const fact = fingerprint([record.id, record.modified, record.withdrawn].join("\n"));
      for (const { ecosystem, name, rule } of record.affected)
        packages.add(ecosystem, name, number, JSON.stringify(toStoredRule(schemeOf(ecosystem), rule)), fact);
      writeLinks(statements.link, number, record);
      count(counts, record);
      return true;
    },
    setMeta: (key: string, value: string) => void statements.meta.run(key, value),
    writeTotals() {
      // A quarter of a million ids: what comes now needs the room.
      seen.clear();
      packages.write(statements.package);
      for (const [name, { records, newest }] of counts) statements.ecosystem.run(name, records, newest);
    },
    get records() {
      return records;
    },
  };
}

function writeLinks(statement: StatementSync, advisory: number, { id, aliases, upstream }: AdvisoryRecord): void {
  statement.run(id, advisory, LINK.self);
  for (const alias of aliases) statement.run(alias, advisory, LINK.alias);
  for (const flaw of upstream) statement.run(flaw, advisory, LINK.upstream);
}

function count(counts: Map<string, { records: number; newest: string }>, { affected, modified }: AdvisoryRecord): void {
  for (const name of new Set(affected.map(({ ecosystem }) => ecosystem))) {
    const entry = counts.get(name) ?? { records: 0, newest: "" };
    counts.set(name, { records: entry.records + 1, newest: modified > entry.newest ? modified : entry.newest });
  }
}
