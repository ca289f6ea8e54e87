import { DatabaseSync } from "node:sqlite";
import { BrokerError } from "@tidewaiter/runtime";
import { boundedCache, lazily } from "./cache.ts";
import { LINK, STORE_SCHEMA } from "./schema.ts";
import {
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

/** Packages whose ranges stay read, and records whose facts do. */
const CACHED_PACKAGES = 2_000;
const CACHED_RECORDS = 20_000;

/** The store as it was at one moment: an update does not change it. */
export interface Snapshot {
  readonly meta: ReadonlyMap<string, string>;
  readonly ecosystems: ReadonlyMap<string, EcosystemStatus>;
  findPackage(ecosystem: string, name: string): PackageAdvisories | undefined;
  advisory(number: number): StoredAdvisory | undefined;
  /** Records with this id, or with it among their aliases or (when asked) their upstream flaws. */
  findById(id: string, kinds?: readonly (keyof typeof LINK)[]): readonly StoredAdvisory[];
  /** What is known of attacks on a CVE. */
  threat(cve: string): Threat;
  /** Why a distribution has no fix for a flaw in one of its packages. */
  fixState(ecosystem: string, name: string, cve: string): FixState | undefined;
  close(): void;
}

/** @throws {BrokerError} ADVISORIES_MISSING when there is no file, ADVISORIES_INVALID when it is no store of this schema. */
export function openSnapshot(path: string): Snapshot {
  const database = openReadOnly(path);
  const meta = readMeta(database, path);
  const ecosystems = readEcosystems(database);
  const statements = {
    package: database.prepare("SELECT id FROM package WHERE ecosystem = ? AND name = ?"),
    affected: database.prepare("SELECT advisory, rule FROM affected WHERE package = ?"),
    advisory: database.prepare("SELECT osv, modified, kind, withdrawn, linked, facts FROM advisory WHERE id = ?"),
    link: database.prepare("SELECT advisory, kind FROM link WHERE id = ?"),
    exploited: database.prepare("SELECT cve, added, due, ransomware FROM exploited"),
    epss: database.prepare("SELECT score, percentile FROM epss WHERE cve = ?"),
    state: database.prepare("SELECT state, urgency FROM state WHERE ecosystem = ? AND name = ? AND cve = ?"),
  };
  const exploited = lazily(() => readExploitedAll(statements.exploited.all()));
  const hasStates = lazily(() => database.prepare("SELECT 1 FROM state LIMIT 1").get() !== undefined);
  const packages = boundedCache<PackageAdvisories | undefined>(CACHED_PACKAGES);
  const groups = boundedCache<readonly StoredAdvisory[]>(CACHED_RECORDS);
  const advisories = boundedCache<StoredAdvisory | undefined>(CACHED_RECORDS);
  const advisory = (number: number): StoredAdvisory | undefined =>
    advisories(String(number), () => {
      const row = statements.advisory.get(number);
      return row && readAdvisory(number, row);
    });
  return {
    meta,
    ecosystems,
    findPackage: (ecosystem, name) =>
      packages(`${ecosystem}\n${name}`, () => {
        const id = statements.package.get(ecosystem, name)?.id;
        return id === undefined ? undefined : readPackage(ecosystem, name, statements.affected.all(id));
      }),
    advisory,
    findById: (id, kinds = ["self", "alias"]) =>
      groups(`${kinds.join(" ")} ${id}`, () => {
        const wanted = kinds.map((kind) => LINK[kind] as number);
        const rows = statements.link.all(id).filter(({ kind }) => wanted.includes(Number(kind)));
        const numbers = new Set(rows.map((row) => Number(row.advisory)));
        return [...numbers].flatMap((number) => advisory(number) ?? []);
      }),
    threat(cve) {
      const epss = meta.has("epss") ? statements.epss.get(cve) : undefined;
      return {
        exploited: exploited().get(cve),
        epss: epss && { score: Number(epss.score), percentile: Number(epss.percentile), date: meta.get("epss") ?? "" },
      };
    },
    fixState(ecosystem, name, cve) {
      if (!hasStates()) return undefined;
      const row = statements.state.get(ecosystem, name, cve);
      return row && { state: optionalText(row.state), urgency: optionalText(row.urgency) };
    },
    close: () => database.close(),
  };
}

function openReadOnly(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    database.exec("PRAGMA mmap_size = 1073741824");
    return database;
  } catch (error) {
    throw new BrokerError("ADVISORIES_MISSING", `no advisory database at ${path}`, { cause: error });
  }
}

function readMeta(database: DatabaseSync, path: string): ReadonlyMap<string, string> {
  try {
    const rows = database.prepare("SELECT key, value FROM meta").all();
    const meta = new Map(rows.map(({ key, value }) => [String(key), String(value)]));
    if (meta.get("schema") === String(STORE_SCHEMA)) return meta;
  } catch (error) {
    database.close();
    throw new BrokerError("ADVISORIES_INVALID", `${path} is no advisory database`, { cause: error });
  }
  database.close();
  throw new BrokerError("ADVISORIES_INVALID", `${path} was written by another release`, {
    action: "run tidewaiter db update, which builds it anew",
  });
}

function readEcosystems(database: DatabaseSync): ReadonlyMap<string, EcosystemStatus> {
  const rows = database.prepare("SELECT name, records, newest FROM ecosystem ORDER BY name").all();
  return new Map(
    rows.map(({ name, records, newest }) => [
      String(name),
      { name: String(name), records: Number(records), newest: String(newest) },
    ]),
  );
}
