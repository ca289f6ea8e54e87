import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { systemClock } from "@tidewaiter/runtime";
import { createSessions } from "../access/sessions.ts";
import { createBench, debianPackage } from "../test-data.ts";
import { sweep } from "./housekeeping.ts";
import { openStore } from "./open.ts";

const DAY_MS = 86_400_000;

describe("housekeeping", () => {
  it("drops ended scans after their time, and keeps the project, its findings and scans that go on", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tidewaiter-house-"));
    const store = await openStore({ path: ":memory:" });
    const bench = await createBench(store.db, folder, false);
    const connection = await bench.connection("harbor");
    const old = await bench.scanned(connection, "app/a:1", [debianPackage("openssl", "3.0.9-1")]);
    const running = await bench.queue(connection, "app/b", "1");
    const clock = { ...systemClock, now: () => Date.now() + 11 * DAY_MS };
    const sessions = createSessions(store.db, clock, { maxMs: DAY_MS, idleMs: DAY_MS });

    await sweep({ db: store.db, clock, sessions, retentionMs: 10 * DAY_MS });

    const scans = await store.db.selectFrom("scans").select("id").execute();
    const project = await store.db
      .selectFrom("projects")
      .selectAll()
      .where("id", "=", old.project_id)
      .executeTakeFirstOrThrow();
    assert.deepEqual(
      scans.map(({ id }) => id),
      [running.id],
    );
    assert.deepEqual([project.state, project.image_id], ["Complete", old.image_id]);
    await bench.matcher.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });
});
