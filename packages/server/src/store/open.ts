import { BrokerError, openDatabase, type Secret } from "@tidewaiter/runtime";
import { Kysely, PostgresDialect, SqliteDialect } from "kysely";
import { Migrator } from "kysely/migration";
import type { CustomTypesConfig } from "pg";
import { type Engine, migrationsFor } from "./migrations.ts";
import { sqliteDriver } from "./sqlite-driver.ts";
import type { Tables } from "./tables.ts";

/** All queries of the server go through this. Inside a transaction use the transaction's own. */
export type Db = Kysely<Tables>;

export interface Store {
  readonly db: Db;
  readonly engine: Engine;
  close(): Promise<void>;
}

export interface StoreOptions {
  /** SQLite file; `:memory:` is for tests. */
  readonly path: string;
  /** `postgres://…` moves everything to PostgreSQL. */
  readonly databaseUrl?: Secret;
  readonly maxConnections?: number;
}

/**
 * Opens the store and brings its schema forward.
 *
 * @throws {BrokerError} CONFIG_INVALID for a schema of a newer release, UNAVAILABLE when PostgreSQL cannot be reached.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const engine: Engine = options.databaseUrl ? "postgres" : "sqlite";
  const { databaseUrl, maxConnections = 10, path } = options;
  const db: Db = databaseUrl ? await openPostgres(databaseUrl, maxConnections) : openSqlite(path);
  try {
    await migrate(db, engine);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return { db, engine, close: () => db.destroy() };
}

function openSqlite(path: string): Db {
  const database = openDatabase(path, { isDurable: true });
  database.exec("PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY;");
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: sqliteDriver(database) }) });
}

const INT8 = 20;
const NUMERIC = 1700;

/** Counts and times fit into a double, so they come as numbers, as from SQLite. */
async function openPostgres(databaseUrl: Secret, max: number): Promise<Db> {
  const { default: pg } = await import("pg");
  const types = {
    getTypeParser: (oid: number, format?: "text" | "binary") =>
      oid === INT8 || oid === NUMERIC ? Number : pg.types.getTypeParser(oid, format),
  };
  const pool = new pg.Pool({
    connectionString: databaseUrl.reveal(),
    max,
    connectionTimeoutMillis: 10_000,
    application_name: "tidewaiter-server",
    types: types as CustomTypesConfig,
  });
  // A lost connection is replaced by the pool; the next query reports what is wrong. Without a listener of its own, one
  // that is lost between two queries of a transaction would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => void client.on("error", () => {}));
  const connect = () => pool.connect().catch((error) => Promise.reject(storeAway(error)));
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: { connect, end: () => pool.end(), options: pool.options } }),
  });
}

function storeAway(cause: unknown): BrokerError {
  return new BrokerError("UNAVAILABLE", "the store does not answer", {
    cause,
    retryAfterMs: 5_000,
    likely: "PostgreSQL is down, is starting, or has no connection left",
    action: "try again in a moment; when it stays, check PostgreSQL and DATABASE_URL",
  });
}

async function migrate(db: Db, engine: Engine): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrationsFor(engine) } });
  const { error } = await migrator.migrateToLatest();
  if (!error) return;
  if (error instanceof Error && /corrupted migrations|missing/.test(error.message)) {
    throw new BrokerError("CONFIG_INVALID", "the store was written by another release", {
      cause: error,
      likely: "this is an older release than the one that used the store before",
      action: "use the newer release, or another store",
    });
  }
  throw new BrokerError("UNAVAILABLE", "the store cannot be opened", {
    cause: error,
    likely:
      engine === "postgres"
        ? "DATABASE_URL names a server that is down or refuses this user"
        : "the file is damaged or not writable",
    action:
      engine === "postgres" ? "check DATABASE_URL and that PostgreSQL runs" : "check the data folder and its rights",
  });
}
