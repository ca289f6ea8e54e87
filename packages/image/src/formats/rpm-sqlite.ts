import { readSqlite } from "./sqlite.ts";

/** Header blobs of an rpm SQLite data base. @throws {Error} when SQLite calls the file damaged. */
export function sqliteBlobs(bytes: Buffer): Buffer[] {
  const rows = readSqlite(bytes, "SELECT blob FROM Packages ORDER BY hnum");
  return rows.flatMap(({ blob }) => (blob instanceof Uint8Array ? [Buffer.from(blob)] : []));
}
