import { DatabaseSync } from "node:sqlite";

const MAGIC = "SQLite format 3\0";
const LEGACY_JOURNAL = 1;

export function isSqlite(bytes: Buffer): boolean {
  return bytes.length >= 512 && bytes.toString("latin1", 0, 16) === MAGIC;
}

/**
 * Header blobs of an rpm SQLite data base, opened in memory: no temporary file.
 *
 * @throws {Error} when SQLite calls the file damaged.
 */
export function sqliteBlobs(bytes: Buffer): Buffer[] {
  const copy = new Uint8Array(bytes);
  // The header of a file in WAL mode asks for a log beside it, which memory cannot have (SQLite file format, 1.3).
  copy[18] = LEGACY_JOURNAL;
  copy[19] = LEGACY_JOURNAL;
  const database = new DatabaseSync(":memory:", { allowExtension: false });
  try {
    database.deserialize(copy);
    database.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA query_only = ON;");
    const rows = database.prepare("SELECT blob FROM Packages ORDER BY hnum").all();
    return rows.flatMap(({ blob }) => (blob instanceof Uint8Array ? [Buffer.from(blob)] : []));
  } finally {
    database.close();
  }
}
