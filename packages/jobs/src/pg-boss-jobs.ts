import type { Logger } from "@tidewaiter/runtime";
import { PgBoss } from "pg-boss";
import { claim, createTurns } from "./boss-claim.ts";
import { type Envelope, hasChanged, replace, send } from "./boss-jobs.ts";
import { DEFAULT_LEASE_MS, type Job, type JobQueue, type JobStore, type QueueFigures } from "./job-queue.ts";
import { translateDatabaseError } from "./postgres-sql.ts";
import type { Sql } from "./sql.ts";

const SCHEMA = "tidewaiter_jobs";
/** pg-boss's own bounds: no heartbeat below ten seconds, no run above a day. */
const MIN_HEARTBEAT_S = 10;
const MAX_RUN_S = 24 * 3_600;
const RETENTION_S = 90 * 24 * 3_600;
const CLAIMS_WITHOUT_END = 100_000;
const HASTEN_AT_MOST = 500;

export interface PgBossJobsOptions {
  readonly url: string;
  /** The same database, for figures. */
  readonly sql: Sql;
  readonly log: Logger;
}

/** Queues in PostgreSQL that replicas share. A job's id has to be a UUID. A dead replica's jobs are free again when their lease is over. */
export async function openPgBossJobStore({ url, sql, log }: PgBossJobsOptions): Promise<JobStore> {
  const boss = new PgBoss({
    connectionString: url,
    schema: SCHEMA,
    application_name: "tidewaiter",
    max: 8,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    schedule: false,
  });
  boss.on("error", (error) => log.warn("the job store reports an error", { error }));
  await guard(() => boss.start());
  return {
    queue: async (name, { leaseMs = DEFAULT_LEASE_MS } = {}) => {
      const heartbeatSeconds = Math.max(MIN_HEARTBEAT_S, Math.ceil(leaseMs / 1000));
      const options = { heartbeatSeconds, ...QUEUE };
      await guard(async () => {
        for (const each of [name, deadName(name)]) await boss.createQueue(each, options);
        await boss.updateQueue(name, options);
      });
      return createQueue(boss, sql, name, heartbeatSeconds * 1000);
    },
    close: () => boss.stop({ graceful: false }),
  };
}

const QUEUE = {
  expireInSeconds: MAX_RUN_S,
  retryLimit: CLAIMS_WITHOUT_END,
  retryDelay: 0,
  retentionSeconds: RETENTION_S,
  deleteAfterSeconds: RETENTION_S,
} as const;

function createQueue(boss: PgBoss, sql: Sql, name: string, leaseMs: number): JobQueue {
  const turns = createTurns();
  const attemptOf = (job: Job) => ({ id: job.id, retryCount: Number(job.lease) });
  return {
    name,
    leaseMs,
    add: (job) => guard(() => send(boss, name, job, { attempt: 1, claims: 0, addedAt: Date.now() })),
    claim: (options) => guard(() => claim(boss, name, turns, options)),
    heartbeat: (job) => guard(async () => hasChanged(await boss.touch(name, attemptOf(job)))),
    complete: (job) => guard(async () => hasChanged(await boss.deleteJob(name, attemptOf(job)))),
    retry: (job, delayMs, reason) =>
      guard(() => replace(boss, name, job, { to: name, delayMs, attempt: job.attempt + 1, claims: 0, reason })),
    release: (job) => guard(() => replace(boss, name, job, { to: name, attempt: job.attempt, claims: job.claims - 1 })),
    bury: (job, reason) =>
      guard(() => replace(boss, name, job, { to: deadName(name), attempt: job.attempt, claims: job.claims, reason })),
    remove: (id) =>
      guard(async () => {
        await boss.deleteJob(name, id);
        await boss.deleteJob(deadName(name), id);
      }),
    hasten: (group) => guard(() => hasten(boss, name, group)),
    figures: () => readFigures(sql, name),
  };
}

async function hasten(boss: PgBoss, name: string, group: string): Promise<void> {
  const jobs = await boss.findJobs<Envelope>(name, { data: { group }, queued: true });
  const waiting = jobs.filter(({ startAfter }) => startAfter.getTime() > Date.now()).slice(0, HASTEN_AT_MOST);
  for (const { id, data } of waiting) await boss.update(name, data, { id, startAfter: new Date() });
}

async function readFigures(sql: Sql, name: string): Promise<QueueFigures> {
  const row = await sql.get(
    `SELECT count(*) FILTER (WHERE name = $1 AND state < 'active' AND start_after <= now()) AS ready,
       count(*) FILTER (WHERE name = $1 AND state < 'active' AND start_after > now()) AS delayed,
       count(*) FILTER (WHERE name = $1 AND state = 'active') AS leased,
       count(*) FILTER (WHERE name = $2) AS dead,
       extract(epoch FROM now() - min(start_after) FILTER (WHERE name = $1 AND state < 'active' AND start_after <= now())) AS oldest
     FROM ${SCHEMA}.job WHERE name IN ($1, $2)`,
    [name, deadName(name)],
  );
  const count = (key: string): number => Number(row?.[key] ?? 0);
  return {
    ready: count("ready"),
    delayed: count("delayed"),
    leased: count("leased"),
    dead: count("dead"),
    oldestReadyMs: Math.max(0, Math.round(count("oldest") * 1000)),
  };
}

function deadName(name: string): string {
  return `${name}-dead`;
}

async function guard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translateDatabaseError(error);
  }
}
