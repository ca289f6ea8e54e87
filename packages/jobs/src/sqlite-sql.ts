import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { BrokerError, openDatabase, toBrokerError, transact } from "@tidewaiter/runtime";
import type { Sql, SqlRow, SqlValue, Statement } from "./sql.ts";

const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;
const MAX_STATEMENTS = 200;

/**
 * The store of one process in one file. The process holds the file alone, so that work which a dead predecessor had
 * claimed can be taken over at once.
 *
 * @throws {BrokerError} CONFIG_INVALID when another process holds the file.
 */
export function openSqliteSql(path: string, migrations: readonly string[]): Sql {
  const database = openAlone(path, migrations);
  const prepared = createStatementCache(database);
  return {
    engine: "sqlite",
    all: guarded((text, values = []) => prepared(text).all(named(values)) as SqlRow[]),
    get: guarded((text, values = []) => prepared(text).get(named(values)) as SqlRow | undefined),
    run: guarded((text, values = []) => Number(prepared(text).run(named(values)).changes)),
    batch: guarded((statements: readonly Statement[]) => runBatch(database, prepared, statements)),
    close: guarded(() => database.close()),
  };
}

class NothingChanged extends Error {}

function runBatch(database: DatabaseSync, prepared: Prepare, statements: readonly Statement[]): boolean {
  try {
    transact(database, () => {
      for (const { text, values = [], mustChange } of statements) {
        const { changes } = prepared(text).run(named(values));
        if (mustChange && Number(changes) === 0) throw new NothingChanged();
      }
    });
    return true;
  } catch (error) {
    if (error instanceof NothingChanged) return false;
    throw error;
  }
}

function openAlone(path: string, migrations: readonly string[]): DatabaseSync {
  try {
    const database = openDatabase(path, { isDurable: true, migrations });
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;");
    return database;
  } catch (error) {
    if (errorNumber(error) !== SQLITE_BUSY) throw translate(error);
    throw new BrokerError("CONFIG_INVALID", `${path} is in use by another process`, {
      cause: error,
      likely: "another agent runs with the same data folder",
      action: "give each its own TIDEWAITER_DATA_DIR, or let them share a PostgreSQL with DATABASE_URL",
    });
  }
}

type Prepare = (text: string) => ReturnType<DatabaseSync["prepare"]>;

function createStatementCache(database: DatabaseSync): Prepare {
  const known = new Map<string, ReturnType<DatabaseSync["prepare"]>>();
  return (text) => {
    const present = known.get(text);
    if (present) return present;
    if (known.size >= MAX_STATEMENTS) known.clear();
    const statement = database.prepare(text);
    known.set(text, statement);
    return statement;
  };
}

/** SQLite takes `$1` for a name, so the values are bound by name. */
function named(values: readonly SqlValue[]): Record<string, SQLInputValue> {
  return Object.fromEntries(values.map((value, index) => [`$${index + 1}`, value]));
}

function guarded<A extends unknown[], R>(work: (...args: A) => R): (...args: A) => Promise<R> {
  return async (...args) => {
    try {
      return work(...args);
    } catch (error) {
      throw translate(error);
    }
  };
}

function translate(error: unknown): unknown {
  if (errorNumber(error) !== SQLITE_FULL) return toBrokerError(error);
  return new BrokerError("DISK_FULL", "the data folder's volume is full", { cause: error });
}

function errorNumber(error: unknown): number | undefined {
  return error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : undefined;
}
