import { DatabaseSync } from "node:sqlite";
import { BrokerError } from "@tidewaiter/runtime/errors";
import { STORE_SCHEMA } from "./schema.ts";
import type { EcosystemStatus } from "./stored.ts";

/** Opens a store for reading. @throws {BrokerError} ADVISORIES_MISSING */
export function openDatabase(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    database.exec("PRAGMA mmap_size = 1073741824");
    return database;
  } catch (error) {
    throw new BrokerError("ADVISORIES_MISSING", `no advisory database at ${path}`, { cause: error });
  }
}

/** @throws {BrokerError} ADVISORIES_INVALID when it is no store, or one of another schema; it is closed then. */
export function readMeta(database: DatabaseSync, path: string): ReadonlyMap<string, string> {
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

export function readEcosystems(database: DatabaseSync): ReadonlyMap<string, EcosystemStatus> {
  const rows = database.prepare("SELECT name, records, newest FROM ecosystem ORDER BY name").all();
  return new Map(
    rows.map(({ name, records, newest }) => [
      String(name),
      { name: String(name), records: Number(records), newest: String(newest) },
    ]),
  );
}
