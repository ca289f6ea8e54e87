import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openSqliteSql, type Sql } from "@tidewaiter/jobs";
import { AGENT_MIGRATIONS } from "./migrations.ts";
import { createOutbox, type Outbox } from "./parcel.ts";
import type { Scan } from "./scan.ts";
import { createScanStore, type ScanEnd, type ScanStore } from "./scan-store.ts";

describe("the book of scans", () => {
  const folder = mkdtempSync(join(tmpdir(), "tidewaiter-book-"));
  let sql: Sql;
  let scans: ScanStore;
  let outbox: Outbox;
  before(async () => {
    sql = await openSqliteSql(join(folder, "book.db"), AGENT_MIGRATIONS);
    scans = createScanStore(sql);
    outbox = createOutbox(sql);
  });
  after(async () => {
    await sql.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("ends a scan once, with its parcel and without its credential", async () => {
    const scan = await insertScan();
    const [first, second] = [endOf(scan, "Stopped"), endOf(scan, "Complete")];

    const ended = [await scans.finish(scan, first, 5), await scans.finish(scan, second, 6)];

    const stored = await scans.find(scan.connection, scan.scanId);
    assert.deepEqual(ended, [true, false]);
    assert.deepEqual([stored?.state, stored?.credential, stored?.finishedAt], ["Stopped", undefined, 5]);
    assert.deepEqual(
      [(await outbox.find(first.parcel.id))?.state, await outbox.find(second.parcel.id)],
      ["pending", undefined],
    );
  });

  it("gives an image to one scan at a time", async () => {
    const [one, two, three] = [await insertScan(), await insertScan(), await insertScan()];
    const digest = `sha256:${"a".repeat(64)}`;

    const owners = [
      await scans.takeDigest(one, digest),
      await scans.takeDigest(two, digest),
      await scans.takeDigest(one, digest),
    ];
    await scans.finish(one, endOf(one, "Complete"), 1);
    const next = await scans.takeDigest(three, digest);

    assert.deepEqual(owners, [one.jobId, one.jobId, one.jobId]);
    assert.equal(next, three.jobId);
  });

  it("lets one undo a join only once", async () => {
    const [leader, follower] = [await insertScan(), await insertScan()];
    await scans.join(follower, leader.jobId, "sha256:b");
    const [joined] = await scans.followers(leader.jobId);
    assert.ok(joined);

    const undone = [await scans.unjoin(joined), await scans.unjoin(joined)];

    assert.deepEqual([joined.scanId, undone], [follower.scanId, [true, false]]);
    assert.deepEqual(await scans.followers(leader.jobId), []);
  });

  it("ends a scan under the attempt that it was last asked for with", async () => {
    const scan = await insertScan();
    const renewed = { ...scan, attempt: 2, nonce: "new" };
    await scans.renew(renewed, scan);

    const ended = [
      await scans.finish(scan, endOf(scan, "Complete"), 1),
      await scans.finish(renewed, endOf(renewed, "Complete"), 2),
    ];

    assert.deepEqual(ended, [false, true]);
    assert.equal((await scans.find(scan.connection, scan.scanId))?.nonce, "new");
  });

  it("keeps equal ids of two connections apart", async () => {
    const scan = await insertScan();

    const inserted = [
      await scans.insert({ ...scan, jobId: randomUUID() }),
      await scans.insert({ ...scan, connection: "other", jobId: randomUUID() }),
    ];

    assert.deepEqual(inserted, [false, true]);
    assert.deepEqual(
      (await scans.list("other", 10)).map(({ scanId }) => scanId),
      [scan.scanId],
    );
  });

  it("forgets what ended long ago and nothing else", async () => {
    const [old, live] = [await insertScan(), await insertScan()];
    await scans.finish(old, endOf(old, "Failed"), 10);

    await scans.prune(11);

    assert.equal(await scans.find(old.connection, old.scanId), undefined);
    assert.ok(await scans.find(live.connection, live.scanId));
  });

  async function insertScan(): Promise<Scan> {
    const [scanId, jobId] = [randomUUID(), randomUUID()];
    const names = {
      connection: "one",
      nonce: "nonce",
      repository: "app",
      reference: "latest",
      callback: "http://client",
    };
    const scan: Scan = {
      ...names,
      scanId,
      jobId,
      attempt: 1,
      state: "Queued",
      credential: new Uint8Array([1]),
      createdAt: 1,
    };
    await scans.insert(scan);
    return scan;
  }
});

function endOf({ connection, scanId, attempt }: Scan, state: ScanEnd["state"]): ScanEnd {
  const messages = [{ path: "/result", body: new Uint8Array([1]) }];
  return { state, parcel: { id: randomUUID(), connection, scanId, attempt, callback: "http://client", messages } };
}
