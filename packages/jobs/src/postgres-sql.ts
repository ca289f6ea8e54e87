import { BrokerError, type Logger, systemCode, toBrokerError } from "@tidewaiter/runtime";
import pg from "pg";
import type { Sql, SqlRow, SqlValue, Statement } from "./sql.ts";

const INT8 = 20;
const MAX_CONNECTIONS = 8;
const CONNECT_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 30_000;
/** PostgreSQL error classes (appendix A): connection, operator intervention, insufficient resources. */
const PASSING_CLASSES: ReadonlySet<string> = new Set(["08", "57", "53", "40"]);
const DISK_FULL = "53100";

export interface PostgresSqlOptions {
  readonly url: string;
  /** Schema that holds the tables, so that several programs can share a database. A plain name. */
  readonly schema: string;
  readonly migrations: readonly string[];
  readonly log: Logger;
}

/**
 * A store that several processes share. The first of them brings the schema forward while the others wait.
 *
 * @throws {BrokerError} UNAVAILABLE when the database cannot be reached, CONFIG_INVALID when a newer version wrote it.
 */
export async function openPostgresSql({ url, schema, migrations, log }: PostgresSqlOptions): Promise<Sql> {
  const pool = new pg.Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    options: `-c search_path=${schema}`,
    types: { getTypeParser: (oid, format) => (oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) },
  });
  pool.on("error", (error) => log.warn("a database connection broke", { error }));
  const query = guarded((text: string, values: readonly SqlValue[] = []) => pool.query(text, [...values]));
  try {
    await guarded(() => migrate(pool, schema, migrations))();
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    engine: "postgres",
    all: async (text, values) => (await query(text, values)).rows as SqlRow[],
    get: async (text, values) => (await query(text, values)).rows[0] as SqlRow | undefined,
    run: async (text, values) => (await query(text, values)).rowCount ?? 0,
    batch: guarded((statements: readonly Statement[]) => runBatch(pool, statements)),
    close: guarded(() => pool.end()),
  };
}

async function runBatch(pool: pg.Pool, statements: readonly Statement[]): Promise<boolean> {
  return withTransaction(pool, async (client) => {
    for (const { text, values = [], mustChange } of statements) {
      const { rowCount } = await client.query(text, [...values]);
      if (mustChange && rowCount === 0) return false;
    }
    return true;
  });
}

/** Commits when the work answers true, and undoes it when it answers false or throws. */
async function withTransaction(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<boolean>): Promise<boolean> {
  const client = await pool.connect();
  let failure: Error | undefined;
  // The pool listens only while a client is idle; a connection that breaks in between would end the process.
  const onBreak = (error: Error): void => {
    failure ??= error;
  };
  client.on("error", onBreak);
  try {
    await client.query("BEGIN");
    const isGood = await work(client);
    await client.query(isGood ? "COMMIT" : "ROLLBACK");
    return isGood;
  } catch (error) {
    failure = error instanceof Error ? error : new Error("transaction failed", { cause: error });
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  } finally {
    client.removeListener("error", onBreak);
    // A client whose transaction failed may be in any state: the pool makes a new one.
    client.release(failure);
  }
}

async function migrate(pool: pg.Pool, schema: string, migrations: readonly string[]): Promise<void> {
  await withTransaction(pool, async (client) => {
    await client.query("SELECT pg_advisory_xact_lock(hashtext($1))", [`tidewaiter ${schema}`]);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    await client.query("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)");
    const { rows } = await client.query("SELECT coalesce(max(version), 0) AS version FROM schema_version");
    const present = Number(rows[0]?.version);
    if (present > migrations.length) throw newerSchema(schema, present);
    for (const sql of migrations.slice(present)) await client.query(sql);
    await client.query("INSERT INTO schema_version SELECT $1::bigint WHERE $1::bigint > $2::bigint", [
      migrations.length,
      present,
    ]);
    return true;
  });
}

function newerSchema(schema: string, version: number): BrokerError {
  return new BrokerError("CONFIG_INVALID", `the schema ${schema} was written by a newer version (${version})`, {
    likely: "a newer release uses the same database",
    action: "use the newer release, or another database",
  });
}

function guarded<A extends unknown[], R>(work: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
  return async (...args) => {
    try {
      return await work(...args);
    } catch (error) {
      throw translateDatabaseError(error);
    }
  };
}

/** What a driver throws, as a code of the table. The address and the password stay in the cause. */
export function translateDatabaseError(error: unknown): unknown {
  const code = systemCode(error) ?? "";
  if (code === DISK_FULL) return new BrokerError("DISK_FULL", "the database's volume is full", { cause: error });
  const isLost = error instanceof Error && /connection (terminated|timeout)|timeout exceeded/i.test(error.message);
  if (PASSING_CLASSES.has(code.slice(0, 2)) || /^E[A-Z_]+$/.test(code) || isLost) {
    return new BrokerError("UNAVAILABLE", "the database does not answer", { cause: error });
  }
  return toBrokerError(error);
}
