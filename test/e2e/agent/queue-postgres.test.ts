import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { type JobStore, openPgBossJobStore, openPostgresSql, type Sql } from "@tidewaiter/jobs";
import { silentLogger } from "@tidewaiter/runtime";
import { queueCases } from "../../../packages/jobs/src/queue-cases.ts";
import { type PostgresServer, startPostgres, withoutPostgres } from "../../support/postgres.ts";

describe("the PostgreSQL job store", { skip: withoutPostgres(), timeout: 180_000 }, () => {
  let server: PostgresServer;
  let sql: Sql;
  let store: JobStore;
  before(async () => {
    server = await startPostgres();
    sql = await openPostgresSql({ url: server.url, schema: "cases", migrations: [], log: silentLogger });
    store = await openPgBossJobStore({ url: server.url, sql, log: silentLogger });
  });
  after(async () => {
    await store.close();
    await sql.close();
    await server.close();
  });

  queueCases(() => store.queue(`cases-${randomUUID()}`));

  it("gives a job to one of two processes only", async () => {
    const other = await openPgBossJobStore({ url: server.url, sql, log: silentLogger });
    const [here, there] = [await store.queue("shared"), await other.queue("shared")];
    for (let index = 0; index < 20; index += 1) await here.add({ id: randomUUID(), group: `g${index}`, payload: "p" });

    const claims = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 ? here : there).claim({ worker: "w" })),
    );
    await other.close();

    const ids = claims.flatMap((job) => job?.id ?? []);
    assert.deepEqual([ids.length, new Set(ids).size], [20, 20]);
  });
});
