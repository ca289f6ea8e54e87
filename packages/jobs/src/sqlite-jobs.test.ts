import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { Clock } from "@tidewaiter/runtime";
import { queueCases } from "./queue-cases.ts";
import { createSqliteJobStore, SQLITE_JOBS_MIGRATION } from "./sqlite-jobs.ts";
import { openSqliteSql } from "./sqlite-sql.ts";

const folder = mkdtempSync(join(tmpdir(), "tidewaiter-jobs-"));
after(() => rmSync(folder, { recursive: true, force: true }));

describe("the SQLite job store", () => {
  queueCases(async () => (await openStore(newFile())).queue("cases"));

  it("gives a job to another worker when its lease is over, and counts the claim", async () => {
    const clock = movableClock();
    const queue = await (await openStore(newFile(), clock)).queue("scan", { leaseMs: 1_000 });
    await queue.add({ id: randomUUID(), group: "a", payload: "p" });
    const first = await queue.claim({ worker: "one" });

    clock.time += 1_001;
    const second = await queue.claim({ worker: "two" });

    assert.ok(first && second);
    assert.equal(second.claims, 2);
    assert.equal(await queue.complete(first), false);
    assert.equal(await queue.complete(second), true);
  });

  it("keeps a lease that is renewed", async () => {
    const clock = movableClock();
    const queue = await (await openStore(newFile(), clock)).queue("scan", { leaseMs: 1_000 });
    await queue.add({ id: randomUUID(), group: "a", payload: "p" });
    const job = await queue.claim({ worker: "one" });
    assert.ok(job);

    clock.time += 900;
    const isHeld = await queue.heartbeat(job);
    clock.time += 900;

    assert.equal(isHeld, true);
    assert.equal(await queue.claim({ worker: "two" }), undefined);
  });

  it("frees what a process that is gone had claimed, and keeps what it had added", async () => {
    const path = join(folder, "restart.db");
    const before = await openSqliteSql(path, [SQLITE_JOBS_MIGRATION]);
    const queue = await (await createSqliteJobStore(before)).queue("scan");
    await queue.add({ id: randomUUID(), group: "a", payload: "p" });
    await queue.claim({ worker: "one" });
    await before.close();

    const again = await (await openStore(path)).queue("scan");

    assert.equal((await again.claim({ worker: "two" }))?.claims, 2);
  });

  it("keeps queues apart", async () => {
    const store = await openStore(newFile());
    const [scan, deliver] = [await store.queue("scan"), await store.queue("deliver")];
    await scan.add({ id: randomUUID(), group: "a", payload: "p" });

    assert.equal(await deliver.claim({ worker: "one" }), undefined);
  });
});

async function openStore(path: string, clock?: Clock) {
  return createSqliteJobStore(await openSqliteSql(path, [SQLITE_JOBS_MIGRATION]), { clock });
}

function movableClock(): Clock & { time: number } {
  return {
    time: 1_000_000,
    now() {
      return this.time;
    },
    sleep: () => Promise.resolve(),
  };
}

function newFile(): string {
  return join(folder, `${randomUUID()}.db`);
}
