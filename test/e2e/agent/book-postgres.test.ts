import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { openPostgresSql, type Sql } from "@tidewaiter/jobs";
import { createVault, Secret, silentLogger } from "@tidewaiter/runtime";
import { createHookStore } from "../../../packages/agent/src/hooks/hook-store.ts";
import { AGENT_MIGRATIONS } from "../../../packages/agent/src/state/migrations.ts";
import { createOutbox } from "../../../packages/agent/src/state/parcel.ts";
import { type PostgresServer, startPostgres, withoutPostgres } from "../../support/postgres.ts";

describe("the agent's book in PostgreSQL", { skip: withoutPostgres(), timeout: 180_000 }, () => {
  let server: PostgresServer;
  let sql: Sql;
  before(async () => {
    server = await startPostgres();
    sql = await openPostgresSql({ url: server.url, schema: "book", migrations: AGENT_MIGRATIONS, log: silentLogger });
  });
  after(async () => {
    await sql.close();
    await server.close();
  });

  it("keeps hooks, marks and digests as the embedded one does", async () => {
    const hooks = createHookStore(sql, createVault(randomBytes(32)));
    const hook = {
      id: randomUUID(),
      connection: "one",
      type: "oci",
      secret: new Secret("agreed-upon"),
      callback: "http://client",
    } as const;
    const mark = { connection: "one", hookId: hook.id, callback: hook.callback, repository: "app", tag: "1" };

    const put = [
      await hooks.put(hook, 1),
      await hooks.put({ ...hook, connection: "two" }, 2),
      await hooks.put(hook, 3),
    ];
    const marked = [
      await hooks.mark(mark, 1, 1),
      await hooks.mark(mark, 1, 2),
      await hooks.mark({ ...mark, tag: "2" }, 1, 3),
    ];
    const digests = [
      await hooks.noteDigest(mark, "a"),
      await hooks.noteDigest(mark, "a"),
      await hooks.noteDigest(mark, "b"),
    ];

    assert.deepEqual(
      [put, marked, digests],
      [
        [true, false, true],
        [true, true, false],
        [true, false, true],
      ],
    );
    assert.equal((await hooks.find(hook.id))?.secret?.reveal(), "agreed-upon");
    assert.deepEqual(await hooks.marks("one", 10), [mark]);
    assert.deepEqual([await hooks.remove("two", hook.id), await hooks.remove("one", hook.id)], [false, true]);
    assert.deepEqual(await hooks.marks("one", 10), []);
  });

  it("keeps a parcel's messages in order until they are taken, and forgets settled ones", async () => {
    const outbox = createOutbox(sql);
    const id = randomUUID();
    const messages = ["/a", "/b"].map((path) => ({ path, body: Buffer.from(path) }));

    await outbox.put({ id, connection: "one", scanId: "s", attempt: 1, callback: "http://client", messages }, 10);
    const first = await outbox.nextMessage(id);
    await outbox.markSent(id, first?.seq ?? -1, 11);
    const second = await outbox.nextMessage(id);
    await outbox.noteTry(id, 503, "answered 503");
    const pending = await outbox.pending("", 10);
    await outbox.settle(id, "delivered", 12);
    await outbox.prune(13);

    assert.deepEqual([first?.path, second?.path, Buffer.from(second?.body ?? []).toString()], ["/a", "/b", "/b"]);
    assert.deepEqual(
      pending.map(({ tries, status, reason, createdAt }) => [tries, status, reason, createdAt]),
      [[1, 503, "answered 503", 10]],
    );
    assert.equal(await outbox.find(id), undefined);
  });

  it("undoes a batch whose condition found nothing", async () => {
    const insert = {
      text: "INSERT INTO tag_digests (connection, repository, tag, digest) VALUES ($1, $1, $1, $1)",
      values: ["undone"],
    };
    const update = {
      text: "UPDATE tag_digests SET digest = 'x' WHERE connection = $1",
      values: ["missing"],
      mustChange: true,
    };

    const isDone = await sql.batch([insert, update]);

    assert.equal(isDone, false);
    assert.deepEqual(await sql.all("SELECT * FROM tag_digests WHERE connection = $1", ["undone"]), []);
  });
});
