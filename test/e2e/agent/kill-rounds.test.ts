import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { RequestHandler } from "express";
import { debianImage } from "./agent-fixture.ts";
import { startCallbackRelay } from "./callback-relay.ts";
import { openProcessHouse, untilImported } from "./process-house.ts";
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
const ROUND_MS = 10_000;

describe("an agent that is killed again and again", { timeout: 600_000 }, () => {
  it("ends every scan once, and the server has each result once", async (t) => {
    const seed = Number(process.env.TIDEWAITER_TEST_SEED ?? Date.now() % 1_000_000);
    const random = seededRandom(seed);
    const plan = shuffle(
      POINTS.flatMap((point) => Array<Point>(ROUNDS_PER_POINT).fill(point)),
      random,
    );
    t.diagnostic(`seed ${seed}, ${plan.length} rounds`);
    const chain = await openChain();
    const hits = new Map<Point, number>();

    const imports: string[] = [];
    for (const [round, point] of plan.entries()) {
      const { id, isHit } = await chain.killAt(point, round, random);
      imports.push(id);
      if (isHit) hits.set(point, (hits.get(point) ?? 0) + 1);
    }
    const rows = await chain.settle(imports);
    await chain.close();

    const posts = [...chain.sent.values()].reduce((sum, count) => sum + count, 0);
    t.diagnostic(`hits ${JSON.stringify(Object.fromEntries(hits))}, ${rows.length} scans, ${posts} result posts`);
    for (const point of POINTS) assert.ok((hits.get(point) ?? 0) >= 5, `${point} was hit at least five times`);
    assert.deepEqual(
      rows.filter(({ state, attempt }) => state !== "Complete" || attempt !== 1),
      [],
      "each is done, and none had to be asked for again",
    );
    // Every image differs, so that a result that counted twice or for another scan would show here.
    assert.equal(rows.length, plan.length * SCANS_PER_ROUND);
    for (const name of ["digest", "imageId"] as const) {
      assert.equal(new Set(rows.map((row) => row[name])).size, rows.length);
    }
    assert.ok(posts > rows.length, "some results were sent twice");
  });
});

/** Server, client and agent as processes, and a watch on every point at which the agent may die. */
async function openChain() {
  let onPoint: (point: Point) => Promise<void> = async () => {};
  const layers = new Set<string>();
  const watch: RequestHandler = (req, _res, next) => {
    const isLayer = req.method === "GET" && layers.has(req.path.split("/").at(-1) ?? "");
    if (isLayer) void onPoint("layer read").then(() => next());
    else next();
  };
  const house = await openProcessHouse({
    TIDEWAITER_SCAN_LEASE_MS: "1000",
  });
  const relay = await startCallbackRelay();
  const client = await house.addClient("kill", { before: [watch], callbackUrl: relay.url });
  relay.target = client.port;
  await client.start();
  const isEnd = (path: string): boolean => path.endsWith("/result") || path.endsWith("/done");
  relay.onSent = async (path) => {
    if (isEnd(path)) await onPoint("callback sent");
  };
  relay.onAnswered = (path) => {
    if (isEnd(path)) void onPoint("callback answered");
  };
  const start = () => house.startAgent({ TIDEWAITER_SCAN_CRASHES: "1000" });

  return {
    sent: relay.sent,
    /** One life of the agent: the server asks it for scans, and it dies at the point. */
    async killAt(point: Point, round: number, random: () => number): Promise<{ id: string; isHit: boolean }> {
      const agent = await start();
      const dead = Promise.withResolvers<boolean>();
      let isHit = false;
      onPoint = async (reached) => {
        if (reached !== point || isHit) return;
        isHit = true;
        await agent.kill();
        dead.resolve(true);
      };
      agent.onLine = ({ msg }) => {
        const reached = LOG_POINTS[msg];
        if (reached) void onPoint(reached);
      };
      const images: string[] = [];
      for (let index = 0; index < SCANS_PER_ROUND; index += 1) {
        const image = await debianImage({ bash: `5.${round}.${index}-${Math.floor(random() * 1e9)}` });
        layers.add([...image.blobs.keys()].at(-1) ?? "");
        client.content.push(`app-${round}-${index}`, "1", image);
        images.push(`app-${round}-${index}:1`);
      }
      const { id } = await house.api.startImport(client.connectionId, images);
      await Promise.race([dead.promise, delay(ROUND_MS)]);
      await agent.kill();
      return { id, isHit };
    },
    /** A last life in which nobody disturbs it. */
    async settle(imports: readonly string[]) {
      onPoint = async () => {};
      await start();
      const logs = [];
      for (const id of imports) logs.push(await untilImported(house.api, id));
      return logs.flat();
    },
    async close() {
      await house.close();
      await relay.close();
    },
  };
}
