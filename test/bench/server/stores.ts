import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Secret } from "@tidewaiter/runtime";
import { openStore } from "../../../packages/server/src/store/open.ts";
import { type Row, type Scale, type TableRows, tablesOf } from "./content.ts";

const ROWS_IN_TRANSACTION = 20_000;

/** Fills a SQLite store once and keeps it; returns the data folder of a server that has it. */
export async function prepareSqlite(cache: string, scale: Scale): Promise<string> {
  const folder = join(cache, `sqlite-${scale.images}`);
  if (existsSync(folder)) return folder;
  const draft = `${folder}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  const path = join(draft, "server.db");
  await (await openStore({ path })).close();
  const database = new DatabaseSync(path);
  database.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -262144;");
  for (const table of tablesOf(scale)) fillSqlite(database, table);
  database.exec("ANALYZE; PRAGMA wal_checkpoint(TRUNCATE);");
  database.close();
  renameSync(draft, folder);
  return folder;
}

function fillSqlite(database: DatabaseSync, { table, columns, rows }: TableRows): void {
  const marks = columns.map(() => "?").join(",");
  const insert = database.prepare(`INSERT INTO ${table} (${columns.join(",")}) VALUES (${marks})`);
  let count = 0;
  database.exec("BEGIN");
  for (const row of rows) {
    insert.run(...row);
    count += 1;
    if (count % ROWS_IN_TRANSACTION === 0) database.exec("COMMIT; BEGIN");
  }
  database.exec("COMMIT");
}

/** Fills a PostgreSQL database by COPY, after the server's own migrations. */
export async function fillPostgres(url: string, scale: Scale): Promise<void> {
  await (await openStore({ path: ":memory:", databaseUrl: new Secret(url) })).close();
  for (const table of tablesOf(scale)) await copy(url, table);
  await psql(url, "ANALYZE", Readable.from([]));
}

function copy(url: string, { table, columns, rows }: TableRows): Promise<void> {
  return psql(url, `COPY ${table} (${columns.join(",")}) FROM STDIN`, Readable.from(lines(rows)));
}

function* lines(rows: Iterable<Row>): Generator<string> {
  let text = "";
  for (const row of rows) {
    text += `${row.map(cell).join("\t")}\n`;
    if (text.length > 1_000_000) {
      yield text;
      text = "";
    }
  }
  yield text;
}

/** The text format of COPY; what is written here holds no tab, newline or backslash. */
function cell(value: Row[number]): string {
  if (value === null) return "\\N";
  return value instanceof Uint8Array ? `\\\\x${Buffer.from(value).toString("hex")}` : String(value);
}

async function psql(url: string, command: string, input: Readable): Promise<void> {
  const child = spawn("psql", ["--quiet", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", url, "-c", command], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  await pipeline(input, child.stdin);
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`psql ended with ${code}`);
}
