import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { RequestHandler } from "express";
import { debianImage } from "./agent-fixture.ts";
import type { AgentProcess } from "./agent-process.ts";
import { type HouseClient, openProcessHouse, type ProcessHouse, untilImported } from "./process-house.ts";

describe("two broker clients with a registry each on one agent", { timeout: 180_000 }, () => {
  const asked: string[] = [];
  let gate: Promise<void> = Promise.resolve();
  const watch: RequestHandler = (req, _res, next) => {
    asked.push(`${req.method} ${req.path}`);
    if (req.method === "GET" && req.path.includes("/blobs/")) void gate.then(() => next());
    else next();
  };
  let house: ProcessHouse;
  let agent: AgentProcess;
  let one: HouseClient;
  let two: HouseClient;
  before(async () => {
    house = await openProcessHouse({ TIDEWAITER_SCAN_LEASE_MS: "3000" });
    one = await house.addClient("one");
    two = await house.addClient("two", { before: [watch] });
    [agent] = await Promise.all([house.startAgent(), one.start(), two.start()]);
  });
  after(() => house.close());

  it("get their own images under the same name, and nothing of the other's", async () => {
    one.content.push("app", "latest", await debianImage({ "only-in-one": "1.0" }));
    two.content.push("app", "latest", await debianImage({ "only-in-two": "2.0" }));
    one.content.push("secret-of-one", "latest", await debianImage({ hidden: "1" }));

    const clients = [one, two];
    const imports = await Promise.all(
      clients.map(({ connectionId }) => house.api.startImport(connectionId, ["app:latest"])),
    );
    const logs = await Promise.all(imports.map(({ id }) => untilImported(house.api, id)));
    const packages = await Promise.all(logs.map(([row]) => house.api.packages(row?.imageId ?? "")));
    const repositories = await Promise.all(
      clients.map(({ connectionId }) => house.api.repositories(connectionId, 100)),
    );
    const scans = await Promise.all(clients.map(({ token }) => through<{ scans: { id: string }[] }>(token, "/scans")));
    const peek = await through(one.token, `/scans/${scans[1]?.body.scans[0]?.id}`);

    assert.deepEqual(
      packages.map((list) => list.map(({ name }) => name)),
      [["only-in-one"], ["only-in-two"]],
    );
    assert.deepEqual(repositories, [["app", "secret-of-one"], ["app"]]);
    assert.deepEqual(
      scans.map(({ body }) => body.scans.length),
      [1, 1],
    );
    assert.equal(peek.status, 404);
  });

  it("share what is known of a layer only after the second one's registry let it see the blob", async () => {
    const image = await debianImage({ common: "3.0" });
    const layer = [...image.blobs.keys()].at(-1);
    for (const { content } of [one, two]) content.push("common", "1", image);
    const first = await house.api.startImport(one.connectionId, ["common:1"]);
    await untilImported(house.api, first.id);

    const second = await house.api.startImport(two.connectionId, ["common:1"]);
    const [row] = await untilImported(house.api, second.id);

    assert.equal(row?.state, "Complete");
    assert.deepEqual(
      asked.filter((line) => line.endsWith(String(layer))),
      [`HEAD /v2/common/blobs/${layer}`],
    );
  });

  it("get every result though the server was killed meanwhile", async () => {
    const { id, release } = await importHeld("late/server:1", "4.0");
    const isRetried = untilLogged("callback will be tried again");

    await house.killServer();
    release();
    await isRetried;
    await house.startServer();
    const [row] = await untilImported(house.api, id);

    assert.equal(row?.state, "Complete");
  });

  it("get every result though the client was killed meanwhile", async () => {
    const { id, release } = await importHeld("late/client:1", "5.0");
    const isRetried = untilLogged("callback will be tried again");

    await two.kill();
    release();
    await isRetried;
    await two.start();
    const [row] = await untilImported(house.api, id);

    assert.equal(row?.state, "Complete");
  });

  /** A scan that has begun and waits for its layer. */
  async function importHeld(image: string, version: string): Promise<{ id: string; release: () => void }> {
    const held = Promise.withResolvers<void>();
    gate = held.promise;
    two.content.push(image.replace(/:1$/, ""), "1", await debianImage({ late: version }));
    const isClaimed = untilLogged("scan claimed");
    const { id } = await house.api.startImport(two.connectionId, [image]);
    await isClaimed;
    return { id, release: held.resolve };
  }

  /** Resolves with the next line of this text. */
  async function untilLogged(text: string): Promise<void> {
    const from = agent.lines.length;
    while (!agent.lines.slice(from).some(({ msg }) => msg === text)) await delay(20);
  }

  /** Asks the agent through server, tunnel and client, as the server does. */
  async function through<T>(token: string, path: string): Promise<{ status: number; body: T }> {
    const headers = { authorization: `Bearer ${house.apiKey}` };
    const answer = await fetch(`${house.serverUrl}/broker/${token}${path}`, { headers });
    return { status: answer.status, body: (await answer.json()) as T };
  }
});
