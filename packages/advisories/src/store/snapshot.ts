import type { DatabaseSync } from "node:sqlite";
import { bulkReader } from "./bulk.ts";
import { boundedCache, lazily } from "./cache.ts";
import { type ChangesSince, readChanges } from "./changes-since.ts";
import { openDatabase, readEcosystems, readMeta } from "./open-database.ts";
import { LINK } from "./schema.ts";
import {
  ADVISORY_COLUMNS,
  type EcosystemStatus,
  type FixState,
  optionalText,
  type PackageAdvisories,
  readAdvisory,
  readExploitedAll,
  readPackage,
  type StoredAdvisory,
  type Threat,
} from "./stored.ts";

/** Entries of an ecosystem's packages whose rules stay read, and records whose facts do. */
const CACHED_RULES = 20_000;
const CACHED_RECORDS = 5_000;

/** The store as it was at one moment: an update does not change it. */
export interface Snapshot {
  readonly meta: ReadonlyMap<string, string>;
  readonly ecosystems: ReadonlyMap<string, EcosystemStatus>;
  findPackage(ecosystem: string, name: string): PackageAdvisories | undefined;
  /** Those of the names that records know; one question for all is many times cheaper than one for each. */
  findPackages(ecosystem: string, names: Iterable<string>): ReadonlyMap<string, PackageAdvisories>;
  advisory(number: number): StoredAdvisory | undefined;
  advisories(numbers: Iterable<number>): ReadonlyMap<number, StoredAdvisory>;
  /** Records that go by one of these ids, as their own or as an alias. */
  findByIds(ids: Iterable<string>): ReadonlyMap<string, readonly StoredAdvisory[]>;
  /** Records that go by this id, or are about the flaw that has it. */
  findAbout(id: string): readonly StoredAdvisory[];
  /** What differs from the data before; undefined when that was not built at this time. */
  changesSince(built: string): ChangesSince | undefined;
  /** What is known of attacks on a CVE. */
  threat(cve: string): Threat;
  /** Why a distribution has no fix for a flaw in one of its packages. */
  fixState(ecosystem: string, name: string, cve: string): FixState | undefined;
  close(): void;
}

/** @throws {BrokerError} ADVISORIES_MISSING when there is no file, ADVISORIES_INVALID when it is no store of this schema. */
export function openSnapshot(path: string): Snapshot {
  const database = openDatabase(path);
  const meta = readMeta(database, path);
  const packages = createPackages(database);
  const advisories = createAdvisories(database);
  return {
    meta,
    ecosystems: readEcosystems(database),
    findPackage: (ecosystem, name) => packages(ecosystem, [name]).get(name),
    findPackages: packages,
    advisory: (number) => advisories([number]).get(number),
    advisories,
    ...createIdSearch(database, advisories),
    changesSince: createChanges(database, meta),
    threat: createThreats(database, meta),
    fixState: createFixStates(database),
    close: () => database.close(),
  };
}

function createPackages(database: DatabaseSync): Snapshot["findPackages"] {
  const find = database.prepare(
    "SELECT name, rules FROM package WHERE ecosystem = ? AND name IN (SELECT value FROM json_each(?))",
  );
  find.setReturnArrays(true);
  const readers = new Map<string, ReturnType<typeof bulkReader<string, PackageAdvisories>>>();
  return (ecosystem, names) => {
    let reader = readers.get(ecosystem);
    if (!reader) {
      reader = bulkReader(boundedCache(CACHED_RULES, weighRules), (missing) =>
        rowsOf(find.all(ecosystem, JSON.stringify(missing))).map(([name, rules]) => [
          String(name),
          readPackage(ecosystem, String(name), String(rules)),
        ]),
      );
      readers.set(ecosystem, reader);
    }
    return reader(names);
  };
}

function weighRules(known: PackageAdvisories | null): number {
  return known?.groups.reduce((sum, { advisories }) => sum + advisories.length, 1) ?? 1;
}

function createAdvisories(database: DatabaseSync): Snapshot["advisories"] {
  const read = database.prepare(
    `SELECT ${ADVISORY_COLUMNS} FROM advisory WHERE id IN (SELECT value FROM json_each(?))`,
  );
  read.setReturnArrays(true);
  return bulkReader(boundedCache<number, StoredAdvisory | null>(CACHED_RECORDS), (missing) =>
    rowsOf(read.all(JSON.stringify(missing))).map((row) => {
      const record = readAdvisory(row);
      return [record.number, record];
    }),
  );
}

/** Rows of a statement that returns arrays, which its type does not say. */
function rowsOf(rows: unknown): readonly (readonly unknown[])[] {
  return rows as readonly (readonly unknown[])[];
}

function createIdSearch(database: DatabaseSync, advisories: Snapshot["advisories"]) {
  const find = database.prepare(
    "SELECT id, advisory FROM link WHERE id IN (SELECT value FROM json_each(?)) AND kind <= ? ORDER BY id, advisory",
  );
  find.setReturnArrays(true);
  const search = (ids: readonly string[], lastKind: number): ReadonlyMap<string, StoredAdvisory[]> => {
    const rows = rowsOf(find.all(JSON.stringify(ids), lastKind));
    const records = advisories(rows.map(([, number]) => Number(number)));
    const groups = new Map<string, StoredAdvisory[]>();
    for (const [id, number] of rows) {
      const [name, record] = [String(id), records.get(Number(number))];
      const group = groups.get(name);
      if (!record || group?.includes(record)) continue;
      if (group) group.push(record);
      else groups.set(name, [record]);
    }
    return groups;
  };
  const known = boundedCache<string, readonly StoredAdvisory[] | null>(CACHED_RECORDS);
  return {
    findByIds: bulkReader(known, (missing) => search(missing, LINK.alias)),
    findAbout: (id: string) => search([id], LINK.upstream).get(id) ?? [],
  };
}

function createChanges(database: DatabaseSync, meta: ReadonlyMap<string, string>): Snapshot["changesSince"] {
  const changes = lazily(() => readChanges(database, meta));
  return (built) => (meta.get("follows") === built ? changes() : undefined);
}

function createThreats(database: DatabaseSync, meta: ReadonlyMap<string, string>): Snapshot["threat"] {
  const all = database.prepare("SELECT cve, added, due, ransomware FROM exploited");
  const exploited = lazily(() => readExploitedAll(all.all()));
  const score = database.prepare("SELECT score, percentile FROM epss WHERE cve = ?");
  const date = meta.get("epss");
  return (cve) => {
    const epss = date === undefined ? undefined : score.get(cve);
    return {
      exploited: exploited().get(cve),
      epss: epss && { score: Number(epss.score), percentile: Number(epss.percentile), date: date ?? "" },
    };
  };
}

function createFixStates(database: DatabaseSync): Snapshot["fixState"] {
  const find = database.prepare("SELECT state, urgency FROM state WHERE ecosystem = ? AND name = ? AND cve = ?");
  const hasAny = lazily(() => database.prepare("SELECT 1 FROM state LIMIT 1").get() !== undefined);
  return (ecosystem, name, cve) => {
    if (!hasAny()) return undefined;
    const row = find.get(ecosystem, name, cve);
    return row && { state: optionalText(row.state), urgency: optionalText(row.urgency) };
  };
}
