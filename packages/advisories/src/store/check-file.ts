import { DatabaseSync } from "node:sqlite";
import { BrokerError } from "@tidewaiter/runtime/errors";
import { CREATE_TABLES } from "./schema.ts";

/**
 * Whether a file from outside is a whole database of ours: every page in order, and no table, view or trigger that we did
 * not make, since those would run when it is read.
 *
 * @throws {BrokerError} ADVISORIES_INVALID
 */
export function checkStoreFile(path: string): void {
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      database.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;");
      const [expected, present] = [expectedSchema(), readSchema(database)];
      if (expected.some((sql) => !present.includes(sql)) || present.some((sql) => !expected.includes(sql))) {
        throw new BrokerError("ADVISORIES_INVALID", "the database has other tables than this release makes");
      }
      const [row] = database.prepare("PRAGMA integrity_check(1)").all();
      if (row?.integrity_check !== "ok") throw new BrokerError("ADVISORIES_INVALID", "the database is damaged");
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof BrokerError) throw error;
    throw new BrokerError("ADVISORIES_INVALID", "the file is no database, or is damaged", { cause: error });
  }
}

function expectedSchema(): string[] {
  const database = new DatabaseSync(":memory:");
  try {
    database.exec(CREATE_TABLES);
    return readSchema(database);
  } finally {
    database.close();
  }
}

/** SQLite's own statistics are left out. */
function readSchema(database: DatabaseSync): string[] {
  const rows = database
    .prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_stat_' ESCAPE '\\'")
    .all();
  return rows.map(({ type, name, sql }) => [type, name, sql].join("\n"));
}
