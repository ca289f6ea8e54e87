export {
  type ClaimOptions,
  DEFAULT_LEASE_MS,
  type Job,
  type JobQueue,
  type JobStore,
  type NewJob,
  type QueueFigures,
  type QueueOptions,
} from "./job-queue.ts";
export { openPgBossJobStore, type PgBossJobsOptions } from "./pg-boss-jobs.ts";
export { openPostgresSql, type PostgresSqlOptions } from "./postgres-sql.ts";
export type { Sql, SqlRow, SqlValue, Statement } from "./sql.ts";
export { createSqliteJobStore, SQLITE_JOBS_MIGRATION, type SqliteJobsOptions } from "./sqlite-jobs.ts";
export { openSqliteSql } from "./sqlite-sql.ts";
export { type Outcome, startWorkers, type Workers, type WorkersOptions } from "./workers.ts";
