import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { type Chain, startChain } from "./chain.ts";
import { KEY, PASSWORD } from "./launch.ts";
import { npmAdvisory, npmImage, writeAdvisories } from "./records.ts";

interface Call {
  readonly direction: string;
  readonly method: string;
  readonly path: string;
  readonly outcome: string;
  readonly rule: { readonly path: string } | null;
  readonly nearest: { readonly path: string } | null;
  readonly status: number;
  readonly code: string | null;
  readonly clientId: string | null;
}
interface TrafficView {
  readonly items: readonly Call[];
  readonly counts: { readonly calls: number; readonly denied: number; readonly failed: number };
  readonly denied: readonly { readonly path: string; readonly count: number; readonly nearest: unknown }[];
}

const SECRET = "ghpAbC123dEf456GhI789jKl";

describe("traffic, fleet and diagnosis", () => {
  let chain: Chain;
  let folder: string;
  let token: string;
  let secondId: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tidewaiter-traffic-"));
    await writeAdvisories(folder, [npmAdvisory("GHSA-aaaa-aaaa-aaaa", "left-pad", "1.1.0")]);
    chain = await startChain({ advisoryFolder: folder });
    const second = { name: "second", type: "oci" };
    secondId = (await chain.call<{ connection: { id: string } }>("POST", "/connections", second)).connection.id;
    const tokens = `/connections/${chain.connectionId}/tokens`;
    token = (await chain.call<{ token: string }>("POST", tokens, { overlapHours: 1 })).token;
    chain.content.push("shop/api", "1", await npmImage({ "left-pad": "1.0.0" }));
    await chain.startClient(undefined, token);
    await chain.importAll(["shop/api:1"]);
  });
  after(async () => {
    await chain.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("tell each call that went down and each callback that came up, with the rule that let it through", async () => {
    const { items } = await chain.call<TrafficView>("GET", `/traffic?connectionId=${chain.connectionId}`);

    const [scan] = items.filter(({ path }) => path === "/scan");
    assert.deepEqual([scan?.direction, scan?.method, scan?.status, scan?.outcome], ["down", "POST", 202, "answered"]);
    assert.equal(scan?.rule?.path, "/scan");
    assert.ok(scan?.clientId);
    const [result] = items.filter(({ path }) => path.endsWith("/import/result"));
    assert.deepEqual([result?.direction, result?.status, result?.outcome], ["up", 200, "answered"]);
    assert.match(result?.rule?.path ?? "", /import\/result/);
  });

  it("keep what the client's rules denied apart, counted, with the rule that came nearest and without secrets", async () => {
    const broker = (path: string): Promise<Response> =>
      fetch(`${chain.url}/broker/${token}${path}`, { headers: { authorization: `Bearer ${KEY}` } });
    for (const path of ["/lists", "/lists", `/list-nothing/${SECRET}?key=${SECRET}`]) await broker(path);

    const all = await chain.call<TrafficView>("GET", "/traffic?outcome=denied");

    assert.deepEqual(
      all.denied.map(({ path, count }) => [path, count]),
      [
        ["/list-nothing/…?key=…", 1],
        ["/lists", 2],
      ],
    );
    assert.ok(all.items.every(({ status, code, nearest }) => status === 401 && code === "FILTER_BLOCKED" && nearest));
    assert.ok(!JSON.stringify(all).includes(SECRET));
    assert.equal(all.counts.denied, 3);
  });

  it("show nobody the calls of a connection that they may not see", async () => {
    const body = { name: "second only", role: "viewer", scopes: ["read"], connections: [secondId] };
    const { value } = await chain.call<{ value: string }>("POST", "/keys", body);
    const read = async (path: string): Promise<string> => {
      const answer = await fetch(`${chain.url}/api/v1${path}`, { headers: { authorization: `Bearer ${value}` } });
      return answer.text();
    };

    const traffic = JSON.parse(await read("/traffic")) as TrafficView;
    const file = await read("/traffic/export?format=json");
    const fleet = JSON.parse(await read("/fleet")) as { servers: unknown[]; clients: unknown[] };

    assert.deepEqual([traffic.items, traffic.counts.calls, traffic.denied, file], [[], 0, [], "[]"]);
    assert.deepEqual(fleet, { servers: [], clients: [] });
  });

  it("give the calls as CSV", async () => {
    const headers = { authorization: `Bearer ${KEY}` };
    const answer = await fetch(`${chain.url}/api/v1/traffic/export?format=csv&direction=down`, { headers });

    const lines = (await answer.text()).trim().split("\r\n");
    assert.match(lines[0] ?? "", /^time,connection,direction,client,method,path,outcome,rule,/);
    assert.ok(lines.length > 3);
    assert.ok(lines.slice(1).every((line) => line.includes(",down,")));
  });

  it("list the server, its clients and the agents behind them", async () => {
    type Fleet = { servers: { isThis: boolean; state: { clients: number } }[]; clients: Record<string, unknown>[] };
    const { servers, clients } = await chain.call<Fleet>("GET", "/fleet");
    type Agents = { items: { ok: boolean; version: string; connectionName: string }[]; left: number };
    const agents = await chain.call<Agents>("GET", "/fleet/agents");

    assert.deepEqual(
      servers.map(({ isThis, state }) => [isThis, state.clients]),
      [[true, 1]],
    );
    assert.deepEqual([clients[0]?.connectionName, clients[0]?.mostSockets], ["registry", 2]);
    assert.deepEqual(
      agents.items.map(({ ok, connectionName }) => [ok, connectionName]),
      [[true, "registry"]],
    );
    assert.match(agents.items[0]?.version ?? "", /^\d+\.\d+\.\d+/);
  });

  it("diagnose a connection hop by hop, with what was denied and without a failure where all is well", async () => {
    type Diagnosis = { ok: boolean; rows: { part: string; check: string; verdict: string; fact: string | null }[] };
    const { ok, rows } = await chain.call<Diagnosis>("POST", `/connections/${chain.connectionId}/diagnosis`);

    assert.ok(ok);
    assert.deepEqual(
      rows.filter(({ verdict }) => verdict === "pass").map(({ part, check }) => `${part} ${check}`),
      [
        ...["server ready", "server advisories", "client tunnel", "agent health"],
        ...["dns", "tcp", "auth", "list", "pull"].map((step) => `registry ${step}`),
      ],
    );
    assert.match(rows.find(({ check }) => check === "denied")?.fact ?? "", /^\d × GET \/list/);
  });

  it("name the hop that a diagnosis ends at, with what to do", async () => {
    type Diagnosis = { ok: boolean; rows: { check: string; verdict: string; code: string | null; action: string }[] };
    const { ok, rows } = await chain.call<Diagnosis>("POST", `/connections/${secondId}/diagnosis`);

    const failed = rows.filter(({ verdict }) => verdict === "fail");
    assert.equal(ok, false);
    assert.deepEqual(
      failed.map(({ check, code }) => [check, code]),
      [["tunnel", "NO_CONNECTION"]],
    );
    assert.match(failed[0]?.action ?? "", /start the broker client/);
  });

  it("give a bundle with the report, the calls and the settings, in which no secret stands", async () => {
    const path = `/api/v1/connections/${chain.connectionId}/diagnosis/bundle`;
    const answer = await fetch(`${chain.url}${path}`, { headers: { authorization: `Bearer ${KEY}` } });

    const text = gunzipSync(Buffer.from(await answer.arrayBuffer())).toString("utf8");
    assert.match(answer.headers.get("content-disposition") ?? "", /tidewaiter-registry-.*\.tar\.gz/);
    for (const name of ["report", "connection", "clients", "traffic", "scans", "settings", "machine"])
      assert.ok(text.includes(`${name}.json`), name);
    assert.match(text, /"TIDEWAITER_API_KEY": "\[set\]"/);
    for (const secret of [KEY, SECRET, PASSWORD, token]) assert.ok(!text.includes(secret));
  });
});
