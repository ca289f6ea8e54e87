import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { openSqliteSql } from "./sqlite-sql.ts";

const TABLE = "CREATE TABLE things (name TEXT PRIMARY KEY, size BIGINT, bytes BYTEA)";

const folder = mkdtempSync(join(tmpdir(), "tidewaiter-jobs-"));
after(() => rmSync(folder, { recursive: true, force: true }));

describe("the SQLite store", () => {
  it("gives back text, whole numbers, bytes and nothing as they were", async () => {
    const sql = await openSqliteSql(newFile(), [TABLE]);
    const bytes = new Uint8Array([0, 255, 7]);

    await sql.run("INSERT INTO things (name, size, bytes) VALUES ($1, $2, $3)", ["a", 2 ** 40, bytes]);
    await sql.run("INSERT INTO things (name) VALUES ($1)", ["b"]);
    const rows = await sql.all("SELECT * FROM things ORDER BY name");

    assert.deepEqual(
      rows.map(({ name, size, bytes: stored }) => [name, size, stored]),
      [
        ["a", 2 ** 40, bytes],
        ["b", null, null],
      ],
    );
  });

  it("undoes a batch whose condition found nothing", async () => {
    const sql = await openSqliteSql(newFile(), [TABLE]);
    const insert = { text: "INSERT INTO things (name) VALUES ($1)", values: ["a"] };
    const update = { text: "UPDATE things SET size = 1 WHERE name = $1", values: ["missing"], mustChange: true };

    const isDone = await sql.batch([insert, update]);

    assert.equal(isDone, false);
    assert.deepEqual(await sql.all("SELECT * FROM things"), []);
  });

  it("undoes a batch that fails", async () => {
    const sql = await openSqliteSql(newFile(), [TABLE]);
    const insert = { text: "INSERT INTO things (name) VALUES ($1)", values: ["a"] };

    await assert.rejects(sql.batch([insert, insert]), { code: "INTERNAL" });

    assert.deepEqual(await sql.all("SELECT * FROM things"), []);
  });
});

function newFile(): string {
  return join(folder, `${randomUUID()}.db`);
}
