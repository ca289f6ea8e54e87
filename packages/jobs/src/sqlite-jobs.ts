import { randomUUID } from "node:crypto";
import { type Clock, systemClock } from "@tidewaiter/runtime";
import { DEFAULT_LEASE_MS, type Job, type JobQueue, type JobStore, type QueueFigures } from "./job-queue.ts";
import type { Sql, SqlRow } from "./sql.ts";

/** Tables of the queue; to be put first among the migrations of the SQLite file that holds it. */
export const SQLITE_JOBS_MIGRATION = `
CREATE TABLE jobs (
  queue TEXT NOT NULL, id TEXT NOT NULL, grp TEXT NOT NULL, payload TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('ready', 'leased', 'dead')),
  attempt INTEGER NOT NULL DEFAULT 1, claims INTEGER NOT NULL DEFAULT 0,
  added_at INTEGER NOT NULL, due_at INTEGER NOT NULL,
  lease TEXT, lease_until INTEGER, worker TEXT, reason TEXT,
  PRIMARY KEY (queue, id)
) WITHOUT ROWID;
CREATE INDEX jobs_by_turn ON jobs (queue, state, grp, due_at);
CREATE TABLE job_turns (queue TEXT NOT NULL, grp TEXT NOT NULL, served_at INTEGER NOT NULL, PRIMARY KEY (queue, grp)) WITHOUT ROWID;
`;

// The groups are found by stepping through the index, and of each only the first job is looked at, so that the cost
// follows the number of groups and not that of jobs. A lease that ran out counts as ready. The group with the fewest
// running jobs comes first, then the one that was served longest ago.
const CLAIM = `
UPDATE jobs SET state = 'leased', claims = claims + 1, lease = $3, lease_until = $2 + $4, worker = $5
WHERE queue = $1 AND id = (
  WITH RECURSIVE waiting (grp) AS (
    SELECT min(grp) FROM jobs WHERE queue = $1 AND state = 'ready'
    UNION ALL
    SELECT (SELECT min(grp) FROM jobs WHERE queue = $1 AND state = 'ready' AND grp > waiting.grp)
    FROM waiting WHERE waiting.grp IS NOT NULL
  ), candidate (id, grp) AS (
    SELECT (SELECT id FROM jobs WHERE queue = $1 AND state = 'ready' AND grp = waiting.grp AND due_at <= $2
            ORDER BY due_at LIMIT 1), grp
    FROM waiting WHERE grp IS NOT NULL
    UNION ALL
    SELECT id, grp FROM jobs INDEXED BY jobs_by_turn WHERE queue = $1 AND state = 'leased' AND lease_until <= $2
  ), busy (grp, running) AS (
    SELECT grp, count(*) FROM jobs WHERE queue = $1 AND state = 'leased' AND lease_until > $2 GROUP BY grp
  )
  SELECT candidate.id FROM candidate
  LEFT JOIN busy ON busy.grp = candidate.grp
  LEFT JOIN job_turns AS turn ON turn.queue = $1 AND turn.grp = candidate.grp
  WHERE candidate.id IS NOT NULL AND coalesce(busy.running, 0) < $6
  ORDER BY coalesce(busy.running, 0), coalesce(turn.served_at, 0), candidate.id
  LIMIT 1)
RETURNING id, grp, payload, attempt, claims, added_at, lease`;
const TURN = `
INSERT INTO job_turns (queue, grp, served_at)
VALUES ($1, $2, (SELECT coalesce(max(served_at), 0) + 1 FROM job_turns WHERE queue = $1))
ON CONFLICT (queue, grp) DO UPDATE SET served_at = excluded.served_at`;
const HELD = "WHERE queue = $1 AND id = $2 AND lease = $3 AND state = 'leased'";

export interface SqliteJobsOptions {
  readonly clock?: Clock;
}

/** Queues in a SQLite file that this process holds alone: what was claimed before is free again. */
export async function createSqliteJobStore(sql: Sql, options: SqliteJobsOptions = {}): Promise<JobStore> {
  await sql.run("UPDATE jobs SET state = 'ready', lease = NULL, lease_until = NULL WHERE state = 'leased'");
  const { clock = systemClock } = options;
  return {
    queue: async (name, { leaseMs = DEFAULT_LEASE_MS } = {}) => createQueue(sql, clock, name, leaseMs),
    close: async () => {},
  };
}

function createQueue(sql: Sql, clock: Clock, name: string, leaseMs: number): JobQueue {
  const held = async (change: string, job: Job, ...values: (string | number)[]): Promise<boolean> =>
    (await sql.run(`${change} ${HELD}`, [name, job.id, job.lease, ...values])) > 0;
  const free = "state = 'ready', lease = NULL, lease_until = NULL, worker = NULL";
  return {
    name,
    leaseMs,
    async add({ id, group, payload, delayMs = 0 }) {
      const now = clock.now();
      const text = `INSERT INTO jobs (queue, id, grp, payload, state, added_at, due_at) VALUES ($1, $2, $3, $4, 'ready', $5, $6)
        ON CONFLICT (queue, id) DO NOTHING`;
      return (await sql.run(text, [name, id, group, payload, now, now + delayMs])) > 0;
    },
    async claim({ worker, maxPerGroup = Number.MAX_SAFE_INTEGER }) {
      const row = await sql.get(CLAIM, [name, clock.now(), randomUUID(), leaseMs, worker, maxPerGroup]);
      if (!row) return undefined;
      await sql.run(TURN, [name, String(row.grp)]);
      return toJob(row);
    },
    heartbeat: (job) => held("UPDATE jobs SET lease_until = $4", job, clock.now() + leaseMs),
    complete: (job) => held("DELETE FROM jobs", job),
    retry: (job, delayMs, reason) =>
      held(
        `UPDATE jobs SET ${free}, attempt = attempt + 1, claims = 0, due_at = $4, reason = $5`,
        job,
        clock.now() + delayMs,
        reason,
      ),
    release: (job) => held(`UPDATE jobs SET ${free}, claims = claims - 1`, job),
    bury: (job, reason) =>
      held("UPDATE jobs SET state = 'dead', lease = NULL, lease_until = NULL, reason = $4", job, reason),
    async remove(id) {
      await sql.run("DELETE FROM jobs WHERE queue = $1 AND id = $2", [name, id]);
    },
    async hasten(group) {
      const text = "UPDATE jobs SET due_at = $3 WHERE queue = $1 AND grp = $2 AND state = 'ready' AND due_at > $3";
      await sql.run(text, [name, group, clock.now()]);
    },
    figures: () => readFigures(sql, clock.now(), name),
  };
}

async function readFigures(sql: Sql, now: number, name: string): Promise<QueueFigures> {
  const row = await sql.get(
    `SELECT count(*) FILTER (WHERE state = 'ready' AND due_at <= $2) AS ready,
       count(*) FILTER (WHERE state = 'ready' AND due_at > $2) AS delayed,
       count(*) FILTER (WHERE state = 'leased') AS leased, count(*) FILTER (WHERE state = 'dead') AS dead,
       min(due_at) FILTER (WHERE state = 'ready' AND due_at <= $2) AS oldest
     FROM jobs WHERE queue = $1`,
    [name, now],
  );
  const count = (key: string): number => Number(row?.[key] ?? 0);
  return {
    ready: count("ready"),
    delayed: count("delayed"),
    leased: count("leased"),
    dead: count("dead"),
    oldestReadyMs: row?.oldest == null ? 0 : Math.max(0, now - Number(row.oldest)),
  };
}

function toJob(row: SqlRow): Job {
  return {
    id: String(row.id),
    group: String(row.grp),
    payload: String(row.payload),
    attempt: Number(row.attempt),
    claims: Number(row.claims),
    addedAt: Number(row.added_at),
    lease: String(row.lease),
  };
}
