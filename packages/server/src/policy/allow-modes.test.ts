import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Bench, createBench, debianPackage } from "../test-data.ts";
import { startTestServer, type TestServer } from "../test-support.ts";

const COMMON = "CVE-2023-5363";

describe("allow lists of a connection", () => {
  let server: TestServer;
  let bench: Bench;
  let connection: string;
  let own: string;

  before(async () => {
    server = await startTestServer();
    bench = await createBench(server.store.db, server.folder);
    connection = await bench.connection("harbor");
    await bench.scanned(connection, "shop/api:1", [debianPackage("openssl", "3.0.9-1")]);
    own = (await idsOf("/findings?limit=500")).find((id) => id !== COMMON) ?? "";
    await server.call("POST", "/allow-list", { body: { advisories: COMMON, reason: "common" } });
    const body = { advisories: own, reason: "own" };
    await server.call("POST", `/connections/${connection}/allow-list`, { body });
  });
  after(async () => {
    await bench.matcher.close();
    await server.close();
  });

  async function idsOf(path: string): Promise<string[]> {
    return (await server.call<{ items: { id: string }[] }>("GET", path)).body.items.map(({ id }) => id);
  }

  /** Which of the two entries hide a finding, and how many findings remain. */
  async function hiddenIn(allowMode: string): Promise<{ reasons: string[]; remaining: number; applies: string[] }> {
    await server.call("PATCH", `/connections/${connection}`, { body: { allowMode } });
    type Project = { imageId: string; totals: { remaining: { total: number } } };
    const project = (await server.call<{ items: Project[] }>("GET", "/projects")).body.items[0];
    type Finding = { allowed: { reason: string } | null };
    const path = `/images/${project?.imageId}/findings?limit=500`;
    const findings = (await server.call<{ items: Finding[] }>("GET", path)).body.items;
    type Lists = { applies: { reason: string }[] };
    const lists = (await server.call<Lists>("GET", `/connections/${connection}/allow-list`)).body;
    const reasons = findings.flatMap(({ allowed }) => (allowed ? [allowed.reason] : []));
    return {
      reasons: [...new Set(reasons)].sort(),
      remaining: (project?.totals.remaining.total ?? 0) - findings.length + reasons.length,
      applies: lists.applies.map(({ reason }) => reason).sort(),
    };
  }

  it("keep one entry for what is entered twice, the newer", async () => {
    await server.call("POST", "/allow-list", { body: { advisories: "CVE-2000-1", reason: "first" } });
    await server.call("POST", "/allow-list", { body: { advisories: "cve-2000-1", reason: "second" } });

    type Entries = { entries: { advisory: string; reason: string }[] };
    const { entries } = (await server.call<Entries>("GET", "/allow-list")).body;

    assert.deepEqual(
      entries.filter(({ advisory }) => advisory === "CVE-2000-1").map(({ reason }) => reason),
      ["second"],
    );
  });

  it("apply as the mode says: the common one, the own one in its place, or both", async () => {
    const common = await hiddenIn("common");
    const replace = await hiddenIn("replace");
    const merge = await hiddenIn("merge");

    assert.deepEqual(common, { reasons: ["common"], remaining: 0, applies: ["common", "second"] });
    assert.deepEqual(replace, { reasons: ["own"], remaining: 0, applies: ["own"] });
    assert.deepEqual(merge, { reasons: ["common", "own"], remaining: 0, applies: ["common", "own", "second"] });
  });
});
