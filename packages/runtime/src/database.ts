import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { BrokerError } from "./errors.ts";

export interface DatabaseOptions {
  /** True where a promise depends on each commit being on the disk. */
  readonly isDurable?: boolean;
  readonly isReadOnly?: boolean;
  /** SQL scripts, oldest first; `user_version` counts those that have run. Never change one that was released. */
  readonly migrations?: readonly string[];
}

/** Opens (and creates) a SQLite file in WAL mode and brings its schema forward. `:memory:` is for tests. */
export function openDatabase(path: string, options: DatabaseOptions = {}): DatabaseSync {
  const { isDurable = false, isReadOnly = false, migrations = [] } = options;
  if (path !== ":memory:" && !isReadOnly) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(path, { readOnly: isReadOnly, timeout: 10_000, enableForeignKeyConstraints: true });
  if (isReadOnly) return database;
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${isDurable ? "FULL" : "NORMAL"};`);
  migrate(database, path, migrations);
  return database;
}

function migrate(database: DatabaseSync, path: string, migrations: readonly string[]): void {
  const row = database.prepare("PRAGMA user_version").get();
  const present = Number(row?.user_version ?? 0);
  if (present > migrations.length) {
    database.close();
    throw new BrokerError("CONFIG_INVALID", `${path} was written by a newer version (schema ${present})`, {
      likely: "this is an older release than the one that used the data folder before",
      action: "use the newer release, or another data folder",
    });
  }
  for (const [index, sql] of migrations.entries()) {
    if (index < present) continue;
    transact(database, () => database.exec(`${sql}; PRAGMA user_version = ${index + 1};`));
  }
}

/** Runs `work` in one transaction: all of it or nothing. */
export function transact<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
