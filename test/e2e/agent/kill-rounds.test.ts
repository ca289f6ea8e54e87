import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { encodeCredentials, isFinal, type ScanState } from "@tidewaiter/contract";
import { listen } from "@tidewaiter/runtime";
import { createContent, registryApp } from "@tidewaiter/sample-registry";
import { debianImage } from "./agent-fixture.ts";
import { type AgentProcess, startAgentProcess } from "./agent-process.ts";
import { startCallbackSink } from "./callback-sink.ts";
import { seededRandom, shuffle } from "./seeded-random.ts";

const POINTS = ["job stored", "claimed", "layer read", "result stored", "callback sent", "callback answered"] as const;
type Point = (typeof POINTS)[number];
const LOG_POINTS: Readonly<Record<string, Point>> = {
  "scan accepted": "job stored",
  "scan claimed": "claimed",
  "scan ended": "result stored",
};
const ROUNDS_PER_POINT = 9;
const SCANS_PER_ROUND = 2;

describe("an agent that is killed again and again", { timeout: 600_000 }, () => {
  it("ends every accepted scan once and loses and doubles no result", async (t) => {
    const seed = Number(process.env.TIDEWAITER_TEST_SEED ?? Date.now() % 1_000_000);
    const random = seededRandom(seed);
    const plan = shuffle(
      POINTS.flatMap((point) => Array<Point>(ROUNDS_PER_POINT).fill(point)),
      random,
    );
    t.diagnostic(`seed ${seed}, ${plan.length} rounds`);
    const house = await openHouse();
    const hits = new Map<Point, number>();

    const accepted: string[] = [];
    for (const [round, point] of plan.entries()) {
      const { isHit, ids } = await house.killAt(point, round, random);
      accepted.push(...ids);
      if (isHit) hits.set(point, (hits.get(point) ?? 0) + 1);
    }
    const states = await house.settle(accepted);
    const books = house.books();
    await house.close();

    t.diagnostic(
      `hits ${JSON.stringify(Object.fromEntries(hits))}, ${accepted.length} scans, ${books.posts} result posts`,
    );
    for (const point of POINTS) assert.ok((hits.get(point) ?? 0) >= 5, `${point} was hit at least five times`);
    assert.deepEqual(
      states.filter(({ state }) => state !== "Complete"),
      [],
    );
    // A scan whose 202 was lost with the process may be done as well; one that was accepted must be.
    assert.deepEqual(
      accepted.filter((id) => !books.results.has(id)),
      [],
    );
    for (const [id, bodies] of books.results)
      assert.equal(bodies.size, 1, `${id} has one result, however often it was sent`);
  });
});

async function openHouse() {
  const folder = await mkdtemp(join(tmpdir(), "tidewaiter-kill-"));
  const content = createContent();
  let onPoint: (point: Point) => Promise<void> = async () => {};
  const app = registryApp({
    content,
    before: [
      (req, _res, next) => {
        const isLayer =
          req.method === "GET" && req.path.includes("/blobs/") && !configs.has(req.path.split("/").at(-1) ?? "");
        if (isLayer) void onPoint("layer read").then(() => next());
        else next();
      },
    ],
  });
  const configs = new Set<string>();
  const registry = await listen(app, { port: 0, host: "127.0.0.1" });
  const sink = await startCallbackSink();
  sink.answer = async ({ path }) => {
    if (path.endsWith("/progress")) return 200;
    await onPoint("callback sent");
    setImmediate(() => void onPoint("callback answered"));
    return 200;
  };
  const credential = encodeCredentials({
    type: "oci",
    registryBase: registry.url,
    extra: { plainHttp: true },
  }).reveal();
  const headers = {
    authorization: credential,
    "x-tidewaiter-connection": "connection-kill",
    "x-tidewaiter-callback": sink.url,
  };
  const start = (): Promise<AgentProcess> =>
    startAgentProcess({
      env: {
        TIDEWAITER_DATA_DIR: folder,
        MAX_ACTIVE_OPERATIONS: "2",
        TIDEWAITER_CALLBACK_PAUSE_MS: "200",
        TIDEWAITER_SCAN_CRASHES: "1000",
      },
    });
  const post = async (agent: AgentProcess, scanId: string, repository: string): Promise<boolean> => {
    const body = JSON.stringify({ scanId, nonce: "nonce-of-sixteen-characters", repository, reference: "latest" });
    const request = { method: "POST", headers: { ...headers, "content-type": "application/json" }, body };
    return fetch(`${agent.url}/scan`, request).then(
      ({ status }) => status === 202,
      () => false,
    );
  };

  return {
    /** One life of the agent: it is asked for scans and dies at the point. Answers with the scans that it accepted. */
    async killAt(point: Point, round: number, random: () => number) {
      const agent = await start();
      const dead = Promise.withResolvers<void>();
      let isHit = false;
      onPoint = async (reached) => {
        if (reached !== point || isHit) return;
        isHit = true;
        await agent.kill();
        dead.resolve();
      };
      agent.onLine = ({ msg }) => {
        const reached = LOG_POINTS[msg];
        if (reached) void onPoint(reached);
      };
      const ids: string[] = [];
      for (let index = 0; index < SCANS_PER_ROUND; index += 1) {
        const repository = `app-${round}-${index}`;
        const image = await debianImage({ bash: `5.${round}.${index}-${Math.floor(random() * 1e9)}` });
        for (const digest of image.blobs.keys()) configs.add(digest);
        configs.delete(layerOf(image.bytes));
        content.push(repository, "latest", image);
        const scanId = `scan-${round}-${index}`;
        if (await post(agent, scanId, repository)) ids.push(scanId);
      }
      await Promise.race([dead.promise, new Promise((resolve) => setTimeout(resolve, 3_000))]);
      await agent.kill();
      return { isHit, ids };
    },
    /** A last life in which nobody disturbs it. */
    async settle(ids: readonly string[]): Promise<{ id: string; state: string; delivery?: unknown }[]> {
      onPoint = async () => {};
      const agent = await start();
      const show = async (id: string) => {
        const answer = await fetch(`${agent.url}/scans/${id}`, { headers });
        return (await answer.json()) as { id: string; state: ScanState; delivery?: { state: string } };
      };
      for (let tries = 0; tries < 300; tries += 1) {
        const scans = await Promise.all(ids.map(show));
        if (scans.every(({ state, delivery }) => isFinal(state) && delivery?.state === "delivered")) {
          await agent.stop();
          return scans;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      await agent.stop();
      throw new Error("the scans did not end in time");
    },
    /** What the server's books would hold: results by scan and attempt, each body once. */
    books() {
      const posts = sink.received.filter(({ path }) => path === "/api/v2/import/result");
      const results = new Map<string, Set<string>>();
      for (const { body, headers: sent } of posts) {
        const id = String(body.scanId);
        assert.equal(sent["idempotency-key"], `${id}:1`);
        results.set(id, (results.get(id) ?? new Set()).add(JSON.stringify(body)));
      }
      return { posts: posts.length, results };
    },
    async close() {
      await Promise.all([sink.close(), registry.close(0)]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function layerOf(manifest: Uint8Array): string {
  const { layers } = JSON.parse(Buffer.from(manifest).toString()) as { layers: { digest: string }[] };
  return layers[0]?.digest ?? "";
}
