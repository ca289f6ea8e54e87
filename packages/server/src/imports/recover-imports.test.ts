import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { systemClock } from "@tidewaiter/runtime";
import { createEventBus } from "../events/bus.ts";
import { newId } from "../store/ids.ts";
import { openStore } from "../store/open.ts";
import { createImportProgress } from "./import-progress.ts";
import { recoverImports } from "./recover-imports.ts";

describe("imports after a crash", () => {
  it("are done when all their scans have ended, and list again what was being listed, unless it still is", async () => {
    const store = await openStore({ path: ":memory:" });
    const { db } = store;
    const connection = {
      type: "oci",
      options: "{}",
      allow_mode: "common",
      created_at: 1,
      last_check: null,
      hook_id: null,
    };
    const none = {
      schedule: null,
      next_run_at: null,
      poll_seconds: null,
      next_poll_at: null,
      last_connected_at: null,
      lost_at: null,
    };
    await db
      .insertInto("connections")
      .values({ id: "c", name: "c", ...connection, ...none })
      .execute();
    const row = { connection_id: "c", state: "running", created_by: "x", created_at: 1, finished_at: null };
    await db
      .insertInto("imports")
      .values([
        { id: newId(), ...row, rules_left: 0, owner: null },
        { id: newId(), ...row, rules_left: 2, owner: "gone" },
        { id: newId(), ...row, rules_left: 1, owner: "here" },
      ])
      .execute();
    const listed: string[] = [];
    const rules = { idsOf: async () => ["rule"], run: async (id: string) => listed.push(id) };

    await recoverImports(db, createImportProgress(db, createEventBus(), systemClock), rules, ["here"]);

    const states = await db.selectFrom("imports").select("state").execute();
    assert.deepEqual(
      states.map(({ state }) => state),
      ["done", "done", "running"],
    );
    assert.deepEqual(listed, ["rule"]);
    await store.close();
  });
});
