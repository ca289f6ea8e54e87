import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openDatabase, transact } from "./database.ts";

const FIRST = "CREATE TABLE a (x INTEGER)";
const SECOND = "ALTER TABLE a ADD COLUMN y TEXT DEFAULT 'old'";

describe("openDatabase", () => {
  it("brings an older file forward and keeps its rows", () => {
    const path = join(mkdtempSync(join(tmpdir(), "database-")), "below", "file.db");
    const old = openDatabase(path, { migrations: [FIRST] });
    old.exec("INSERT INTO a VALUES (1)");
    old.close();

    const database = openDatabase(path, { migrations: [FIRST, SECOND] });

    assert.deepEqual({ ...database.prepare("SELECT * FROM a").get() }, { x: 1, y: "old" });
    database.close();
  });

  it("refuses a file that a newer release has written", () => {
    const path = join(mkdtempSync(join(tmpdir(), "database-")), "file.db");
    openDatabase(path, { migrations: [FIRST, SECOND] }).close();

    assert.throws(() => openDatabase(path, { migrations: [FIRST] }), {
      code: "CONFIG_INVALID",
      message: /newer version/,
    });
  });
});

describe("transact", () => {
  it("leaves nothing behind when the work fails", () => {
    const database = openDatabase(":memory:", { migrations: [FIRST] });
    const work = () =>
      transact(database, () => {
        database.exec("INSERT INTO a VALUES (1)");
        throw new RangeError("no");
      });

    assert.throws(work, RangeError);
    assert.equal(database.prepare("SELECT count(*) AS n FROM a").get()?.n, 0);
  });
});
