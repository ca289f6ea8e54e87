import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { silentLogger, systemClock } from "@tidewaiter/runtime";
import { openStore, type Store } from "../store/open.ts";
import { type Bench, createBench, debianPackage, inventoryOf, resultOf } from "../test-data.ts";
import { acceptProgress } from "./accept-progress.ts";
import { acceptResult } from "./accept-result.ts";
import { createStopScans } from "./stop-scans.ts";

const OPENSSL = debianPackage("openssl", "3.0.9-1");
const CLEAN = debianPackage("nothing-known", "1.0");

describe("results of scans", () => {
  let folder: string;
  let store: Store;
  let bench: Bench;
  let connection: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tidewaiter-results-"));
    store = await openStore({ path: ":memory:" });
    bench = await createBench(store.db, folder);
    connection = await bench.connection("harbor");
  });
  after(async () => {
    await bench.matcher.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  const accept = (bytes: Uint8Array, of = connection) =>
    acceptResult(bench.results, of, bytes, AbortSignal.timeout(10_000));
  const scanRow = (id: string) =>
    store.db.selectFrom("scans").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  const projectRow = (id: string) =>
    store.db.selectFrom("projects").selectAll().where("id", "=", id).executeTakeFirstOrThrow();

  it("stores inventory, image and findings, and shows them in the project", async () => {
    const scan = await bench.scanned(connection, "app/one:1", [OPENSSL, CLEAN]);

    const project = await projectRow(scan.project_id);
    assert.deepEqual(
      [scan.state, project.state, project.coverage, project.active_scan_id],
      ["Complete", "Complete", "full", null],
    );
    assert.ok(JSON.parse(project.found ?? "{}").total > 10);
  });

  it("counts once, however often it comes", async () => {
    const scan = await bench.queue(connection, "app/twice", "1");
    const bytes = resultOf(scan, bench.nonces, inventoryOf("twice", [OPENSSL]));

    await Promise.all([accept(bytes), accept(bytes), accept(bytes)]);

    const history = await store.db
      .selectFrom("tag_history")
      .selectAll()
      .where("project_id", "=", scan.project_id)
      .execute();
    assert.equal(history.length, 1);
    assert.equal((await scanRow(scan.id)).state, "Complete");
  });

  it("is refused on the tunnel of another connection", async () => {
    const other = await bench.connection("other");
    const scan = await bench.queue(connection, "app/foreign", "1");

    const work = accept(resultOf(scan, bench.nonces, inventoryOf("foreign", [])), other);

    await assert.rejects(work, { code: "NOT_FOUND" });
    assert.equal((await scanRow(scan.id)).state, "Queued");
  });

  it("is refused with another scan's nonce", async () => {
    const scan = await bench.queue(connection, "app/nonce", "1");
    const nonce = bench.nonces.of("another scan");

    const work = accept(resultOf(scan, bench.nonces, inventoryOf("nonce", []), { nonce }));

    await assert.rejects(work, { code: "FORBIDDEN" });
    assert.equal((await scanRow(scan.id)).state, "Queued");
  });

  it("is refused when it breaks its schema, and the scan goes on", async () => {
    const scan = await bench.queue(connection, "app/broken", "1");

    await assert.rejects(accept(Buffer.from('{"scanId":"x"}')), { code: "INPUT_INVALID" });
    await assert.rejects(accept(Buffer.from("{")), { code: "INPUT_INVALID" });

    assert.equal((await scanRow(scan.id)).state, "Queued");
  });

  it("does not bring a stopped scan back", async () => {
    const scan = await bench.queue(connection, "app/stopped", "1");
    const agent = { send: async () => {}, status: async () => undefined, stop: async () => {} };
    const stop = createStopScans({ db: store.db, clock: systemClock, log: silentLogger, agent, ended: async () => {} });

    await stop.one(scan.id);
    await accept(resultOf(scan, bench.nonces, inventoryOf("stopped", [OPENSSL])));

    assert.equal((await scanRow(scan.id)).state, "Stopped");
    assert.equal((await projectRow(scan.project_id)).image_id, null);
  });

  it("reads as no data, never as zero, where no advisories cover the packages", async () => {
    const scan = await bench.scanned(connection, "app/uncovered:1", [
      { ...CLEAN, type: "cran", namespace: undefined, purl: "pkg:cran/nothing-known@1.0" },
    ]);

    const project = await projectRow(scan.project_id);
    assert.deepEqual([project.state, project.coverage, project.found, project.worst], ["Complete", "none", null, null]);
  });

  it("keeps the totals of before when a later scan fails, with the reason beside them", async () => {
    const first = await bench.scanned(connection, "app/later:1", [OPENSSL]);
    const second = await bench.queue(connection, "app/later", "1");
    const error = { code: "REGISTRY_UNREACHABLE", message: "gone" };

    await accept(resultOf(second, bench.nonces, undefined, { state: "Failed", error }));

    const project = await projectRow(first.project_id);
    assert.deepEqual([project.state, project.image_id], ["Failed", first.image_id]);
    assert.match(project.error ?? "", /REGISTRY_UNREACHABLE/);
  });

  it("tells of findings that a repository did not have before, and keeps the date of those that it had", async () => {
    await bench.scanned(connection, "app/news:1", [debianPackage("tar", "1.34+dfsg-1.2")]);
    bench.news.length = 0;

    await bench.scanned(connection, "app/news:2", [debianPackage("tar", "1.34+dfsg-1.2"), OPENSSL]);
    await bench.scanned(connection, "app/news:3", [debianPackage("tar", "1.34+dfsg-1.2"), OPENSSL, CLEAN]);

    assert.equal(bench.news.length, 1);
    assert.deepEqual([...new Set(bench.news[0]?.facts.map((fact) => fact.package))], ["openssl"]);
  });

  it("is not taken when those who are to be told cannot be written down with it", async () => {
    const scan = await bench.queue(connection, "app/atomic", "1");
    const bytes = resultOf(scan, bench.nonces, inventoryOf("atomic", [OPENSSL]));
    const announce = { ...bench.results.announce, onEnded: () => Promise.reject(new Error("the disk is full")) };

    const refused = acceptResult({ ...bench.results, announce }, connection, bytes, AbortSignal.timeout(10_000));

    await assert.rejects(refused, /the disk is full/);
    assert.equal((await scanRow(scan.id)).state, "Queued");
    await accept(bytes);
    assert.equal((await scanRow(scan.id)).state, "Complete");
  });

  it("moves the bar and the lease on with progress of the present attempt only", async () => {
    const scan = await bench.queue(connection, "app/progress", "1");
    await store.db.updateTable("scans").set({ attempt: 2, lease_until: 5 }).where("id", "=", scan.id).execute();
    const options = { db: store.db, clock: systemClock, nonces: bench.nonces, leaseMs: 1_000, changed: () => {} };
    const progress = {
      scanId: scan.id,
      nonce: bench.nonces.of(scan.id),
      state: "Scanning",
      phase: "pull",
      layersDone: 1,
      layersTotal: 2,
      bytesDone: 10,
      bytesTotal: 20,
      at: new Date().toISOString(),
    };

    await acceptProgress(options, connection, { ...progress, attempt: 1 });
    const old = await scanRow(scan.id);
    await acceptProgress(options, connection, { ...progress, attempt: 2 });
    const present = await scanRow(scan.id);

    assert.deepEqual([old.state, old.lease_until], ["Queued", 5]);
    assert.deepEqual([present.state, present.bytes_done], ["Scanning", 10]);
    assert.ok(present.lease_until > Date.now());
  });
});
