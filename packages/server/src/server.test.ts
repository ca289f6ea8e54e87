import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { OWNER_KEY, startTestServer } from "./test-support.ts";

const statusOf = async (url: string): Promise<number> => {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${OWNER_KEY}`, accept: "application/json" } });
  await answer.body?.cancel();
  return answer.status;
};

describe("server", () => {
  it("serves API and console on a port of their own, and then not on the tunnel's", async () => {
    const server = await startTestServer({ TIDEWAITER_ADMIN_PORT: "0" });

    const statuses = [
      await statusOf(`${server.adminUrl}/api/v1/projects`),
      await statusOf(`${server.url}/api/v1/projects`),
      await statusOf(`${server.adminUrl}/connections-status`),
      await statusOf(`${server.url}/connections-status`),
      await statusOf(`${server.url}/readyz`),
    ];
    await server.close();

    assert.notEqual(server.adminUrl, server.url);
    assert.deepEqual(statuses, [200, 404, 404, 200, 200]);
  });

  it("registers tokens of the environment once, however often it starts", async () => {
    const token = "0a0a0a0a-1111-4222-8333-444444444444";
    const server = await startTestServer({ TIDEWAITER_BROKER_TOKENS: `${token},${token}` });

    const { body } = await server.call<{ items: { name: string; state: string }[] }>("GET", "/connections");
    await server.close();

    assert.deepEqual(
      body.items.map(({ name, state }) => [name.slice(0, 7), state]),
      [["broker-", "waiting"]],
    );
  });

  it("counts scans, connections and the age of its data for Prometheus", async () => {
    const server = await startTestServer();

    const text = await (await fetch(`${server.url}/metrics`)).text();
    await server.close();

    for (const name of [
      "tidewaiter_scans_active",
      "tidewaiter_scan_job_age_seconds",
      "tidewaiter_connections_connected",
      "tidewaiter_advisories_age_seconds",
    ]) {
      assert.ok(text.includes(name), name);
    }
  });
});
