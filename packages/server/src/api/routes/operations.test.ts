import assert from "node:assert/strict";
import { openAsBlob } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { buildSampleStore, exportBundle } from "@tidewaiter/advisories";
import { OWNER_KEY, startTestServer, type TestServer } from "../../test-support.ts";

describe("operations of the API", () => {
  let server: TestServer;
  let connection: string;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tidewaiter-operations-"));
    server = await startTestServer();
    const body = { name: "=harbor", type: "oci" };
    const made = await server.call<{ connection: { id: string } }>("POST", "/connections", { body });
    connection = made.body.connection.id;
  });
  after(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("take an advisory bundle, and refuse what is none while the present data stays", async () => {
    buildSampleStore(join(folder, "advisories.db"));
    await exportBundle(join(folder, "advisories.db"), join(folder, "bundle.tar"));
    const upload = (body: Blob) =>
      fetch(`${server.url}/api/v1/advisories/import`, {
        method: "POST",
        headers: { authorization: `Bearer ${OWNER_KEY}`, "content-type": "application/octet-stream" },
        body,
      });

    const taken = await upload(await openAsBlob(join(folder, "bundle.tar")));
    const refused = await upload(new Blob(["no bundle"]));

    const status = (await taken.json()) as { builtAt: string | null; records: number };
    const problem = (await refused.json()) as { error: { code: string } };
    const present = await server.call<{ builtAt: string | null }>("GET", "/advisories");
    assert.equal(taken.status, 200, JSON.stringify(status));
    assert.ok(status.records > 0);
    assert.equal(problem.error.code, "ADVISORIES_INVALID");
    assert.equal(present.body.builtAt, status.builtAt);
  });

  it("change what a rule follows, and leave out what is not named", async () => {
    const rule = { repository: "shop/api", include: ["1.*"], exclude: ["*-rc"] };
    await server.call("POST", `/connections/${connection}/imports`, { body: { rules: [rule] } });
    type Rule = { id: string; include: string[]; exclude: string[]; newest: number | null };
    const list = () => server.call<{ items: Rule[] }>("GET", `/connections/${connection}/rules`);
    const id = (await list()).body.items[0]?.id;

    const changed = await server.call<Rule>("PATCH", `/rules/${id}`, { body: { include: ["2.*"], newest: 5 } });
    const empty = await server.call("PATCH", `/rules/${id}`, { body: {} });
    const unknown = await server.call("PATCH", "/rules/none", { body: { newest: 1 } });

    assert.deepEqual([changed.body.include, changed.body.exclude, changed.body.newest], [["2.*"], ["*-rc"], 5]);
    assert.deepEqual((await list()).body.items[0]?.include, ["2.*"]);
    assert.deepEqual([empty.body.error?.code, unknown.status], ["INPUT_INVALID", 404]);
  });

  it("write changes into the audit log, not questions, and export it without formulas", async () => {
    await server.call("POST", "/schedules/preview", { body: { kind: "daily" } });
    await server.call("PUT", "/schedules/organisation", { body: { kind: "daily" } });
    await server.call("POST", "/keys", { body: { name: "=1+1", role: "viewer", scopes: ["read"] } });

    const csv = String((await server.call("GET", "/audit/export?format=csv")).body);
    const json = await server.call<{ action: string }[]>("GET", "/audit/export?format=json&action=schedules.set");

    assert.match(csv, /^time,actor,action,target,connection,address,detail\r?\n/);
    assert.match(csv, /schedules\.set/);
    assert.doesNotMatch(csv, /schedules\.preview/);
    assert.deepEqual(
      json.body.map(({ action }) => action),
      ["schedules.set"],
    );
  });
});
