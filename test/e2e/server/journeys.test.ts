import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { listen, systemClock } from "@tidewaiter/runtime";
import { signBody } from "../../../packages/server/src/alerts/sender.ts";
import { type Chain, type ImportState, startChain } from "./chain.ts";
import { openStream } from "./event-stream.ts";
import { npmAdvisory, npmImage, writeAdvisories } from "./records.ts";

interface Project {
  readonly id: string;
  readonly repository: string;
  readonly reference: string;
  readonly state: string;
  readonly digest: string | null;
  readonly imageId: string | null;
  readonly totals: { readonly remaining: { readonly critical: number; readonly total: number } | null };
}
interface Page<T> {
  readonly items: T[];
}

describe("journeys over the whole chain", () => {
  let chain: Chain;
  let folder: string;
  const later = { ms: 0 };

  beforeEach(async () => {
    later.ms = 0;
    folder = await mkdtemp(join(tmpdir(), "tidewaiter-journeys-"));
    await writeAdvisories(folder, [npmAdvisory("GHSA-aaaa-aaaa-aaaa", "left-pad", "1.1.0")]);
    const clock = { ...systemClock, now: () => Date.now() + later.ms };
    chain = await startChain({ advisoryFolder: folder, clock });
    chain.content.push("shop/api", "1.0", await npmImage({ "left-pad": "1.0.0", "right-pad": "2.0.0" }));
    chain.content.push("shop/api", "1.1", await npmImage({ "left-pad": "1.1.0", "right-pad": "2.0.0" }));
    chain.content.push("shop/web", "7", await npmImage({ "right-pad": "2.0.0" }));
    await chain.startClient();
  });
  afterEach(async () => {
    await chain.close();
    await rm(folder, { recursive: true, force: true });
  });

  const projects = async (): Promise<Project[]> => (await chain.call<Page<Project>>("GET", "/projects")).items;
  const summary = (list: readonly Project[]) =>
    list.map(({ repository, reference, state, totals }) => [
      repository,
      reference,
      state,
      totals.remaining?.critical ?? null,
    ]);

  it("lists through the tunnel, imports chosen tags and shows findings", async () => {
    const repositories = await chain.call<Page<{ repository: string }>>(
      "GET",
      `/connections/${chain.connectionId}/repositories`,
    );
    const tags = await chain.call<Page<{ tag: string; digest: string }>>(
      "GET",
      `/connections/${chain.connectionId}/tags?repository=shop/api`,
    );
    const done = await chain.importAll(["shop/api:1.0", "shop/api:1.1", "shop/api:none"]);

    assert.deepEqual(
      repositories.items.map(({ repository }) => repository),
      ["shop/api", "shop/web"],
    );
    assert.deepEqual(
      tags.items.map(({ tag }) => tag),
      ["1.0", "1.1"],
    );
    assert.deepEqual([done.total, done.complete, done.failed], [3, 2, 1]);
    assert.deepEqual(summary(await projects()), [
      ["shop/api", "1.0", "Complete", 1],
      ["shop/api", "1.1", "Complete", 0],
      ["shop/api", "none", "Failed", null],
    ]);
  });

  it("says which step of the check fails with a wrong password, and passes with the right one", async () => {
    type Check = { ok: boolean; hops: { hop: string; verdict: string; code?: string }[] };
    await chain.stopClient();
    await chain.startClient("wrong password");
    const wrong = await chain.call<Check>("POST", `/connections/${chain.connectionId}/check`);
    await chain.stopClient();
    await chain.startClient();
    const right = await chain.call<Check>("POST", `/connections/${chain.connectionId}/check`);

    const failing = wrong.hops.find(({ verdict }) => verdict === "fail");
    assert.deepEqual([wrong.ok, failing?.hop, failing?.code], [false, "auth", "REGISTRY_UNAUTHORIZED"]);
    assert.ok(right.ok, JSON.stringify(right));
  });

  it("follows a repository by rule: a new tag is scanned without anybody asking", async () => {
    const rule = { repository: "shop/api", include: ["1.*"], exclude: ["*-rc"] };
    const { id } = await chain.call<ImportState>("POST", `/connections/${chain.connectionId}/imports`, {
      rules: [rule],
    });
    await chain.until<ImportState>(`/imports/${id}`, ({ state }) => state === "done");
    chain.content.push("shop/api", "1.2", await npmImage({ "left-pad": "0.9.0" }));
    chain.content.push("shop/api", "1.3-rc", await npmImage({ "left-pad": "0.9.0" }));

    await chain.call("PATCH", `/connections/${chain.connectionId}`, { schedule: { kind: "hourly" } });
    later.ms = 3_600_000;

    const isScanned = ({ items }: Page<Project>) =>
      items.some(({ reference, state }) => reference === "1.2" && state === "Complete");
    const after = await chain.until<Page<Project>>("/projects", isScanned);
    assert.deepEqual(
      after.items.map(({ reference }) => reference),
      ["1.0", "1.1", "1.2"],
    );
  });

  it("pulls at a due time only what moved", async () => {
    await chain.importAll(["shop/api:1.0", "shop/web:7"]);
    const before = await projects();
    chain.content.push("shop/api", "1.0", await npmImage({ "left-pad": "1.1.0" }));

    await chain.call("PUT", "/schedules/organisation", { kind: "daily" });
    later.ms = 86_400_000;

    const hasMoved = ({ items }: Page<Project>) =>
      items[0]?.digest !== before[0]?.digest && items.every(({ state }) => state === "Complete");
    await chain.until<Page<Project>>("/projects", hasMoved);
    const scans = await chain.call<Page<{ trigger: string; repository: string }>>("GET", "/scans");
    const scheduled = scans.items.filter(({ trigger }) => trigger === "schedule");
    const history = await chain.call<Page<{ digest: string }>>("GET", `/projects/${before[0]?.id}/history`);
    assert.deepEqual(
      scheduled.map(({ repository }) => repository),
      ["shop/api"],
    );
    assert.equal(history.items.length, 2);
  });

  it("scans on push what moved, as soon as the registry tells", async () => {
    await chain.importAll(["shop/api:1.0", "shop/web:7"]);
    const hook = await chain.call<{ path: string; secret: string }>("PUT", `/connections/${chain.connectionId}/hook`);
    const moved = await npmImage({ "left-pad": "1.1.0" });
    chain.content.push("shop/api", "1.0", moved);

    const target = {
      mediaType: moved.descriptor.mediaType,
      digest: moved.descriptor.digest,
      repository: "shop/api",
      tag: "1.0",
    };
    const body = JSON.stringify({ events: [{ id: "1", timestamp: new Date().toISOString(), action: "push", target }] });
    const headers = {
      "content-type": "application/vnd.docker.distribution.events.v1+json",
      authorization: `Bearer ${hook.secret}`,
    };
    const told = await fetch(`${chain.agentUrl}${hook.path}`, { method: "POST", headers, body });

    assert.ok(told.ok, `${told.status} ${await told.text()}`);
    const isClean = ({ items }: Page<Project>) =>
      items[0]?.state === "Complete" && items[0].totals.remaining?.critical === 0;
    await chain.until<Page<Project>>("/projects", isClean);
    const scans = await chain.call<Page<{ trigger: string; repository: string }>>("GET", "/scans");
    assert.deepEqual(
      scans.items.filter(({ trigger }) => trigger === "push").map(({ repository }) => repository),
      ["shop/api"],
    );
  });

  it("hides a finding by the allow list until the entry expires", async () => {
    await chain.importAll(["shop/api:1.0"]);
    const expiresAt = new Date(Date.now() + 60_000).toISOString();

    await chain.call("POST", "/allow-list", { advisories: "ghsa-aaaa-aaaa-aaaa", reason: "not reachable", expiresAt });
    const hidden = await projects();
    later.ms = 120_000;

    const isBack = ({ items }: Page<Project>) => items[0]?.totals.remaining?.critical === 1;
    assert.equal(hidden[0]?.totals.remaining?.critical, 0);
    await chain.until<Page<Project>>("/projects", isBack);
  });

  it("stops an import, and what was stopped can be scanned again", async () => {
    await chain.stopClient();
    const { id } = await chain.call<ImportState>("POST", `/connections/${chain.connectionId}/imports`, {
      images: ["shop/api:1.0", "shop/web:7"],
    });

    const stopped = await chain.call<ImportState>("POST", `/imports/${id}/stop`);
    const states = (await projects()).map(({ state }) => state);
    await chain.startClient();
    await chain.call("POST", `/connections/${chain.connectionId}/scans`, {});

    assert.equal(stopped.state, "stopped");
    assert.deepEqual(states, ["Stopped", "Stopped"]);
    await chain.until<Page<Project>>("/projects", ({ items }) => items.every(({ state }) => state === "Complete"));
  });

  it("keeps queued scans while the client is away and runs them when it comes", async () => {
    await chain.stopClient();
    const { id } = await chain.call<ImportState>("POST", `/connections/${chain.connectionId}/imports`, {
      images: ["shop/api:1.0"],
    });
    const waiting = await chain.call<ImportState>("GET", `/imports/${id}`);

    await chain.startClient();

    assert.equal(waiting.state, "running");
    await chain.until<ImportState>(`/imports/${id}`, ({ state, complete }) => state === "done" && complete === 1);
  });

  it("shows two watchers the same moves of a bar, and one that comes back what it missed", async () => {
    const first = await openStream(chain.url);
    const second = await openStream(chain.url);
    await chain.importAll(["shop/api:1.0"]);
    const isEnd = (text: string): boolean => text.includes('"state":"done"');
    const [left, right] = await Promise.all([first.until(isEnd), second.until(isEnd)]);
    const lastId = /id: (\S+)/.exec(left)?.[1] ?? "0";
    const third = await openStream(chain.url, lastId);

    const missed = await third.until(isEnd);
    assert.deepEqual(idsOf(left), idsOf(right));
    assert.deepEqual(idsOf(missed), idsOf(left).slice(1));
    for (const stream of [first, second, third]) stream.close();
  });
});

describe("an advisory update", () => {
  const bodies: {
    signature: string;
    timestamp: string;
    body: Record<string, unknown> & { findings: { id: string }[] };
  }[] = [];
  let chain: Chain;
  let folder: string;
  let sink: Awaited<ReturnType<typeof listen>>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tidewaiter-update-"));
    await writeAdvisories(folder, [npmAdvisory("GHSA-aaaa-aaaa-aaaa", "left-pad", "1.1.0")]);
    chain = await startChain({ advisoryFolder: folder });
    chain.content.push("shop/web", "7", await npmImage({ "right-pad": "2.0.0" }));
    await chain.startClient();
    const take: RequestListener = async (req, res) => {
      const text = (await req.toArray()).join("");
      const { "x-tidewaiter-signature": signature, "x-tidewaiter-timestamp": timestamp } = req.headers;
      bodies.push({ signature: String(signature), timestamp: String(timestamp), body: JSON.parse(text) });
      res.end();
    };
    sink = await listen(take, { port: 0, host: "127.0.0.1" });
  });
  after(async () => {
    await chain.close();
    await sink.close(0);
    await rm(folder, { recursive: true, force: true });
  });

  it("turns a clean image red without a pull, and one signed alert arrives, once", async () => {
    await chain.importAll(["shop/web:7"]);
    const channel = { name: "sink", kind: "http", url: `${sink.url}/hook`, events: ["findings.new"] };
    const { secret } = await chain.call<{ secret: string }>("POST", "/channels", channel);
    const clean = (await chain.call<Page<Project>>("GET", "/projects")).items[0];
    await chain.stopClient();

    await writeAdvisories(folder, [npmAdvisory("GHSA-bbbb-bbbb-bbbb", "right-pad", "3.0.0")]);
    await chain.call("POST", "/advisories/update");
    const isRed = ({ items }: Page<Project>) => items[0]?.totals.remaining?.critical === 1;
    await chain.until<Page<Project>>("/projects", isRed);
    const isSent = ({ items }: Page<{ state: string }>) => items[0]?.state === "delivered";
    await chain.until<Page<{ state: string }>>("/deliveries", isSent);
    await chain.call("POST", "/advisories/update");
    await chain.until<{ isUpdating: boolean; waiting: number }>(
      "/advisories",
      ({ isUpdating, waiting }) => !isUpdating && waiting === 0,
    );

    const [alert] = bodies;
    assert.equal(clean?.totals.remaining?.total, 0);
    assert.equal(bodies.length, 1);
    assert.deepEqual(
      alert?.body.findings.map(({ id }) => id),
      ["GHSA-bbbb-bbbb-bbbb"],
    );
    assert.equal(alert?.signature, `sha256=${signBody(secret, alert?.timestamp ?? "", JSON.stringify(alert?.body))}`);
  });
});

function idsOf(text: string): string[] {
  return [...text.matchAll(/^id: (\S+)$/gm)].map(([, id = ""]) => id);
}
