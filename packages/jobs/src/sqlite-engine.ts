import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { SqlRow, SqlValue, Statement } from "./sql.ts";

/** Result codes of SQLite that mean something to callers (sqlite.org, Result and Error Codes). */
export const SQLITE_BUSY = 5;
export const SQLITE_FULL = 13;
const BUSY_TIMEOUT_MS = 10_000;
const MAX_STATEMENTS = 200;

/** One call of the store, as it crosses to the worker thread. */
export type SqlRequest =
  | { readonly kind: "all" | "get" | "run"; readonly text: string; readonly values: readonly SqlValue[] }
  | { readonly kind: "batch"; readonly statements: readonly Statement[] };
export type SqlAnswer = SqlRow[] | SqlRow | number | boolean | undefined;
export type SqlOutcome = { readonly answer: SqlAnswer } | { readonly error: SqlFault };
/** An error of SQLite as it crosses threads. */
export interface SqlFault {
  readonly errorNumber: number | undefined;
  readonly message: string;
}

/** A SQLite file that this process holds alone. Synchronous: it belongs into a worker thread. */
export interface SqliteEngine {
  /** Runs the requests in order and commits them together: one flush to the disk serves all. Each fails or succeeds by itself. */
  runGroup(requests: readonly SqlRequest[]): SqlOutcome[];
  close(): void;
}

/**
 * Opens a file whose schema is up to date, durable (`synchronous=FULL`) and for this process alone. This module and
 * the thread that runs it import nothing of the runtime, so that the thread starts fast and stays small.
 */
export function openSqliteEngine(path: string): SqliteEngine {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
  const pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA locking_mode = EXCLUSIVE;";
  database.exec(`${pragmas} BEGIN EXCLUSIVE; COMMIT;`);
  const prepared = createStatementCache(database);
  const runOne = (request: SqlRequest): SqlOutcome =>
    runInSavepoint(database, () => perform(database, prepared, request));
  return {
    runGroup(requests) {
      if (requests.every(isRead)) return requests.map((request) => attempt(() => perform(database, prepared, request)));
      try {
        database.exec("BEGIN IMMEDIATE");
        const outcomes = requests.map(runOne);
        database.exec("COMMIT");
        return outcomes;
      } catch (error) {
        if (database.isTransaction) database.exec("ROLLBACK");
        return requests.map(() => ({ error: toFault(error) }));
      }
    },
    close: () => database.close(),
  };
}

type Prepare = (text: string) => ReturnType<DatabaseSync["prepare"]>;

function perform(database: DatabaseSync, prepared: Prepare, request: SqlRequest): SqlAnswer {
  if (request.kind === "batch") return runBatch(database, prepared, request.statements);
  const statement = prepared(request.text);
  const values = named(request.values);
  if (request.kind === "all") return statement.all(values) as SqlRow[];
  if (request.kind === "get") return statement.get(values) as SqlRow | undefined;
  return Number(statement.run(values).changes);
}

function runBatch(database: DatabaseSync, prepared: Prepare, statements: readonly Statement[]): boolean {
  database.exec("SAVEPOINT batch");
  for (const { text, values = [], mustChange } of statements) {
    const { changes } = prepared(text).run(named(values));
    if (!mustChange || Number(changes) > 0) continue;
    database.exec("ROLLBACK TO batch; RELEASE batch");
    return false;
  }
  database.exec("RELEASE batch");
  return true;
}

/** A request that fails is undone alone. SQLite ends the whole transaction when the disk is full: then the group fails. */
function runInSavepoint(database: DatabaseSync, work: () => SqlAnswer): SqlOutcome {
  database.exec("SAVEPOINT request");
  try {
    const answer = work();
    database.exec("RELEASE request");
    return { answer };
  } catch (error) {
    if (!database.isTransaction || errorNumber(error) === SQLITE_FULL) throw error;
    database.exec("ROLLBACK TO request; RELEASE request");
    return { error: toFault(error) };
  }
}

function attempt(work: () => SqlAnswer): SqlOutcome {
  try {
    return { answer: work() };
  } catch (error) {
    return { error: toFault(error) };
  }
}

function isRead(request: SqlRequest): boolean {
  return request.kind !== "batch" && /^\s*SELECT\b/i.test(request.text);
}

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

export function toFault(error: unknown): SqlFault {
  return { errorNumber: errorNumber(error), message: error instanceof Error ? error.message : String(error) };
}

function errorNumber(error: unknown): number | undefined {
  return error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : undefined;
}
