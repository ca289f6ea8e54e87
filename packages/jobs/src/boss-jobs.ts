import type { JobWithMetadata, PgBoss } from "pg-boss";
import type { Job, NewJob } from "./job-queue.ts";

/** What a job carries in pg-boss; a pause makes a new job of the same id there, so that the counts travel along. */
export interface Envelope {
  readonly group: string;
  readonly payload: string;
  readonly attempt: number;
  readonly claims: number;
  readonly addedAt: number;
  readonly reason?: string;
}
export type BossJob = JobWithMetadata<Envelope>;

export function toJob({ id, data, retryCount }: BossJob): Job {
  const { group, payload, attempt, claims, addedAt } = data;
  return { id, group, payload, attempt, claims: claims + retryCount + 1, addedAt, lease: String(retryCount) };
}

export type Counts = Pick<Envelope, "attempt" | "claims" | "addedAt" | "reason">;

/** False when a job of this id is there already. */
export async function send(boss: PgBoss, name: string, job: NewJob, counts: Counts, db?: object): Promise<boolean> {
  const { id, group, payload, delayMs = 0 } = job;
  const startAfter = delayMs > 0 ? new Date(Date.now() + delayMs) : undefined;
  const options = { id, group: { id: group }, ...(startAfter && { startAfter }), ...(db && { db }) };
  const envelope: Envelope = { group, payload, ...counts };
  return (await boss.send(name, envelope, options as Parameters<PgBoss["send"]>[2])) !== null;
}

export interface Replacement {
  readonly to: string;
  readonly delayMs?: number;
  readonly attempt: number;
  readonly claims: number;
  readonly reason?: string;
}

/** Takes the job out and puts it back under the same id, in one transaction. */
export async function replace(boss: PgBoss, name: string, job: Job, replacement: Replacement): Promise<boolean> {
  const { to, delayMs, attempt, claims, reason } = replacement;
  const transaction = await boss.getDb().beginTransaction?.();
  if (!transaction) return false;
  const { db } = transaction;
  try {
    const isHeld = hasChanged(await boss.deleteJob(name, { id: job.id, retryCount: Number(job.lease) }, { db }));
    if (isHeld) await send(boss, to, { ...job, delayMs }, { attempt, claims, addedAt: job.addedAt, reason }, db);
    await transaction.commit();
    return isHeld;
  } catch (error) {
    await transaction.rollback();
    throw error;
  }
}

/** The count is in every answer, though not in its type. */
export function hasChanged(answer: object): boolean {
  return "affected" in answer && Number(answer.affected) > 0;
}
