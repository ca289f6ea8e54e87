import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { silentLogger } from "@tidewaiter/runtime";
import type { Job, JobQueue } from "./job-queue.ts";
import { createSqliteJobStore, SQLITE_JOBS_MIGRATION } from "./sqlite-jobs.ts";
import { openSqliteSql } from "./sqlite-sql.ts";
import { type Outcome, startWorkers } from "./workers.ts";

const folder = mkdtempSync(join(tmpdir(), "tidewaiter-jobs-"));
after(() => rmSync(folder, { recursive: true, force: true }));

describe("workers", () => {
  it("keep no more than their slots busy and empty the queue", async () => {
    const queue = await openQueue();
    await addJobs(queue, 7);
    const seen = { now: 0, most: 0, done: 0 };
    const [bothBusy, finished] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];

    const workers = start(queue, 2, async () => {
      seen.now += 1;
      seen.most = Math.max(seen.most, seen.now);
      if (seen.now === 2) bothBusy.resolve();
      await bothBusy.promise;
      seen.now -= 1;
      seen.done += 1;
      if (seen.done === 7) finished.resolve();
      return { kind: "done" };
    });
    await finished.promise;
    await workers.stop(1_000);

    assert.deepEqual([seen.most, (await queue.figures()).leased, (await queue.figures()).ready], [2, 0, 0]);
  });

  it("try a job again that threw", async () => {
    const queue = await openQueue();
    await addJobs(queue, 1);
    const attempts: number[] = [];
    const finished = Promise.withResolvers<void>();

    const workers = start(queue, 1, async ({ attempt }) => {
      attempts.push(attempt);
      if (attempt === 1) {
        setTimeout(() => void queue.hasten("a").then(() => workers.wake()), 20);
        throw new Error("once");
      }
      finished.resolve();
      return { kind: "done" };
    });
    await finished.promise;
    await workers.stop(1_000);

    assert.deepEqual(attempts, [1, 2]);
  });

  it("give unfinished work back when they are stopped", async () => {
    const queue = await openQueue();
    await addJobs(queue, 1);
    const started = Promise.withResolvers<void>();

    const workers = start(queue, 1, (_job, signal) => {
      started.resolve();
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    });
    await started.promise;
    await workers.stop(0);
    const again = await queue.claim({ worker: "other" });

    assert.deepEqual([again?.attempt, again?.claims], [1, 1]);
  });

  it("stop working on a job whose lease was taken", async () => {
    const queue = await openQueue(30);
    const id = randomUUID();
    await queue.add({ id, group: "a", payload: "p" });
    const aborted = Promise.withResolvers<string>();

    const workers = start(queue, 1, async (_job, signal) => {
      signal.addEventListener("abort", () => aborted.resolve(signal.reason.message));
      await queue.remove(id);
      await aborted.promise;
      return { kind: "done" };
    });
    const reason = await aborted.promise;
    await workers.stop(1_000);

    assert.equal(reason, "the lease was lost");
  });
});

async function openQueue(leaseMs = 30_000): Promise<JobQueue> {
  const store = await createSqliteJobStore(await openSqliteSql(newFile(), [SQLITE_JOBS_MIGRATION]));
  return store.queue("work", { leaseMs });
}

async function addJobs(queue: JobQueue, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await queue.add({ id: randomUUID(), group: "a", payload: "p" });
}

function start(queue: JobQueue, slots: number, handle: (job: Job, signal: AbortSignal) => Promise<Outcome>) {
  return startWorkers({ queue, slots, worker: "tester", log: silentLogger, handle });
}

function newFile(): string {
  return join(folder, `${randomUUID()}.db`);
}
