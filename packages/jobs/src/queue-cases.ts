import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { it } from "node:test";
import type { Job, JobQueue, QueueFigures } from "./job-queue.ts";

const WORKER = { worker: "tester" };

/** What every store has to do; each test gets a queue of its own from `open`. */
export function queueCases(open: () => Promise<JobQueue>): void {
  it("gives a job out once and forgets it when it is done", async () => {
    const queue = await open();
    const id = randomUUID();

    const isNew = await queue.add({ id, group: "a", payload: "text" });
    const job = await queue.claim(WORKER);
    const second = await queue.claim(WORKER);
    const isDone = await queue.complete(held(job));

    assert.deepEqual(
      [isNew, job?.id, job?.payload, job?.group, job?.attempt, job?.claims],
      [true, id, "text", "a", 1, 1],
    );
    assert.equal(second, undefined);
    assert.equal(isDone, true);
    assert.deepEqual(await counts(queue), { ready: 0, delayed: 0, leased: 0, dead: 0 });
  });

  it("takes equal ids for the same job", async () => {
    const queue = await open();
    const id = randomUUID();

    await queue.add({ id, group: "a", payload: "first" });
    const isNew = await queue.add({ id, group: "a", payload: "second" });

    assert.equal(isNew, false);
    assert.equal((await queue.claim(WORKER))?.payload, "first");
    assert.equal(await queue.claim(WORKER), undefined);
  });

  it("counts attempts over retries and waits for their pause", async () => {
    const queue = await open();
    await queue.add({ id: randomUUID(), group: "a", payload: "p" });

    await queue.retry(held(await queue.claim(WORKER)), 0, "busy");
    const again = held(await queue.claim(WORKER));
    await queue.retry(again, 60_000, "busy");

    assert.deepEqual([again.attempt, again.claims, again.payload], [2, 1, "p"]);
    assert.equal(await queue.claim(WORKER), undefined);
    assert.equal((await counts(queue)).delayed, 1);
  });

  it("ends the pauses of one group when it is hastened", async () => {
    const queue = await open();
    for (const group of ["a", "b"]) await queue.add({ id: randomUUID(), group, payload: group, delayMs: 60_000 });

    await queue.hasten("b");

    assert.equal((await queue.claim(WORKER))?.payload, "b");
    assert.equal(await queue.claim(WORKER), undefined);
  });

  it("gives a released job back as it was", async () => {
    const queue = await open();
    await queue.add({ id: randomUUID(), group: "a", payload: "p" });

    await queue.release(held(await queue.claim(WORKER)));
    const again = await queue.claim(WORKER);

    assert.deepEqual([again?.attempt, again?.claims], [1, 1]);
  });

  it("keeps a buried job out of the way", async () => {
    const queue = await open();
    await queue.add({ id: randomUUID(), group: "a", payload: "p" });

    await queue.bury(held(await queue.claim(WORKER)), "hopeless");

    assert.equal(await queue.claim(WORKER), undefined);
    assert.deepEqual(await counts(queue), { ready: 0, delayed: 0, leased: 0, dead: 1 });
  });

  it("takes the lease of a job that was removed", async () => {
    const queue = await open();
    const id = randomUUID();
    await queue.add({ id, group: "a", payload: "p" });
    const job = held(await queue.claim(WORKER));

    await queue.remove(id);

    assert.deepEqual([await queue.heartbeat(job), await queue.complete(job)], [false, false]);
  });

  it("serves a group that comes late between the jobs of one that came first", async () => {
    const queue = await open();
    for (let index = 0; index < 4; index += 1) await queue.add({ id: randomUUID(), group: "crowd", payload: "crowd" });
    await queue.add({ id: randomUUID(), group: "late", payload: "late" });

    const order: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      const job = held(await queue.claim(WORKER));
      order.push(job.group);
      await queue.complete(job);
    }

    assert.deepEqual(order.toSorted(), ["crowd", "crowd", "late"]);
    assert.ok(order.indexOf("late") < 2);
  });

  it("holds a group to its share", async () => {
    const queue = await open();
    for (let index = 0; index < 3; index += 1) await queue.add({ id: randomUUID(), group: "a", payload: "p" });

    const claims = [];
    for (let index = 0; index < 3; index += 1) claims.push(await queue.claim({ ...WORKER, maxPerGroup: 2 }));

    assert.deepEqual(
      claims.map((job) => job !== undefined),
      [true, true, false],
    );
  });
}

function held(job: Job | undefined): Job {
  assert.ok(job, "a job was there to be claimed");
  return job;
}

async function counts(queue: JobQueue): Promise<Omit<QueueFigures, "oldestReadyMs">> {
  const { ready, delayed, leased, dead } = await queue.figures();
  return { ready, delayed, leased, dead };
}
