import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../../../packages/server/src/test-support.ts";
import { type PostgresServer, startPostgres, withoutPostgres } from "../../support/postgres.ts";
import { poll } from "./launch.ts";

describe("a server whose PostgreSQL goes away", { skip: withoutPostgres() }, () => {
  let postgres: PostgresServer;
  let server: TestServer;

  before(async () => {
    postgres = await startPostgres();
    server = await startTestServer({
      DATABASE_URL: postgres.url,
      TIDEWAITER_REPLICA_URL: "http://127.0.0.1:9",
      TIDEWAITER_REPLICA_LEASE_MS: "1000",
      TIDEWAITER_ENCRYPTION_KEY: "07".repeat(32),
    });
  });
  after(async () => {
    await server.close();
    await postgres.close();
  });

  const statusOf = async (path: string): Promise<number> => (await fetch(`${server.url}${path}`)).status;

  it("is alive but not ready meanwhile, and goes on by itself when it is back", async () => {
    await poll<number>(
      () => statusOf("/readyz"),
      (status) => status === 200,
      "readiness",
    );

    await postgres.kill();
    await poll<number>(
      () => statusOf("/readyz"),
      (status) => status === 503,
      "unreadiness",
    );
    const live = await statusOf("/livez");
    const meanwhile = await server.call("GET", "/connections");
    await postgres.start();
    await poll<number>(
      () => statusOf("/readyz"),
      (status) => status === 200,
      "readiness after the return",
    );
    const made = await server.call("POST", "/connections", { body: { name: "after", type: "oci" } });

    assert.equal(live, 200);
    assert.deepEqual([meanwhile.status, meanwhile.body.error?.code], [503, "UNAVAILABLE"]);
    assert.equal(made.status, 201);
    const leads = (): Promise<number> =>
      server.store.db
        .selectFrom("replicas")
        .select("id")
        .execute()
        .then((rows) => rows.length);
    await poll<number>(leads, (count) => count === 1, "the server's place among the others");
  });
});
