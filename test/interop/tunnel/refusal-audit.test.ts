import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { OWNER_KEY, startTestServer, type TestServer } from "../../../packages/server/src/test-support.ts";
import { startTestClient, type TestClient } from "./chain.ts";
import { isOk, waitFor } from "./processes.ts";
import { startUpstream, type Upstream } from "./upstream.ts";

const TOKEN = "00000000-1111-4222-8333-444444444444";
const CREDENTIALS = ["$", "{CR_CREDENTIALS}"].join("");

interface AuditRow {
  readonly action: string;
  readonly target: string;
  readonly connectionId: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

describe("audit of what a server may not ask for", { timeout: 60_000 }, () => {
  let agent: Upstream;
  let server: TestServer;
  let client: TestClient;

  before(async () => {
    agent = await startUpstream();
    server = await startTestServer({ TIDEWAITER_BROKER_TOKENS: TOKEN });
    client = await startTestClient({
      BROKER_TOKEN: TOKEN,
      BROKER_SERVER_URL: server.url,
      CR_AGENT_URL: agent.url,
      CR_CREDENTIALS: "secret-blob",
    });
    await waitFor("the tunnel", () => isOk(`${client.listener.url}/healthcheck`));
  });
  after(async () => {
    await client?.stop();
    await server?.close();
    await agent?.close();
  });

  const rows = async (): Promise<readonly AuditRow[]> =>
    (await server.call<{ items: AuditRow[] }>("GET", "/audit?action=requests.refused")).body.items;

  it("has one row for a refused request, without its query, and none for others", async () => {
    const call = (wanted: string): Promise<Response> =>
      fetch(`${server.url}/broker/${TOKEN}/list?q=secret-question`, {
        headers: { authorization: `Bearer ${OWNER_KEY}`, "x-leak": wanted, "x-broker-var-sub": "x-leak" },
      });

    const refused = await call(CREDENTIALS);
    const allowed = await call("nothing");
    await waitFor("the row", async () => (await rows()).length > 0);

    const [row, ...others] = await rows();
    assert.deepEqual([refused.status, allowed.status, others], [403, 200, []]);
    assert.deepEqual([row?.target, row?.detail.requestId], ["GET /list", refused.headers.get("snyk-request-id")]);
    assert.ok(row?.connectionId && !JSON.stringify(row).includes("secret-"));
  });
});
