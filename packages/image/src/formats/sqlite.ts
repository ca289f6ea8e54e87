import { DatabaseSync, type SQLOutputValue } from "node:sqlite";

const MAGIC = "SQLite format 3\0";
const LEGACY_JOURNAL = 1;

export function isSqlite(bytes: Buffer): boolean {
  return bytes.length >= 512 && bytes.toString("latin1", 0, 16) === MAGIC;
}

/**
 * Rows of a SQLite data base that is opened in memory: no temporary file.
 *
 * @throws {Error} when SQLite calls the file damaged, or it is none.
 */
export function readSqlite(bytes: Buffer, query: string): Record<string, SQLOutputValue>[] {
  if (!isSqlite(bytes)) throw new RangeError("no SQLite data base");
  const copy = new Uint8Array(bytes);
  // The header of a file in WAL mode asks for a log beside it, which memory cannot have (SQLite file format, 1.3).
  copy[18] = LEGACY_JOURNAL;
  copy[19] = LEGACY_JOURNAL;
  const database = new DatabaseSync(":memory:", { allowExtension: false });
  try {
    database.deserialize(copy);
    database.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA query_only = ON;");
    return database.prepare(query).all();
  } finally {
    database.close();
  }
}
