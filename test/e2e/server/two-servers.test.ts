import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { WebSocket } from "ws";
import { withoutPostgres } from "../../support/postgres.ts";
import type { ImportState } from "./chain.ts";
import { openStream } from "./event-stream.ts";
import { KEY } from "./launch.ts";
import { npmAdvisory, npmImage, writeAdvisories } from "./records.ts";
import { type ServerPair, startServerPair } from "./server-pair.ts";

/** Enough that a listing does not fit into a frame: its response is posted by the client. */
const MANY_TAGS = 3_000;
const CREDENTIALS = "\u0024{CR_CREDENTIALS}";
const portOf = (url: string): number => Number(new URL(url).port);

describe("two servers on one PostgreSQL", { skip: withoutPostgres() }, () => {
  let pair: ServerPair;
  let folder: string;
  let home: ServerPair["servers"][number];
  let other: ServerPair["servers"][number];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tidewaiter-pair-"));
    await writeAdvisories(folder, [npmAdvisory("GHSA-aaaa-aaaa-aaaa", "left-pad", "1.1.0")]);
    pair = await startServerPair(folder);
    [home, other] = pair.servers;
    const image = await npmImage({ "left-pad": "1.0.0" });
    for (let tag = 0; tag < MANY_TAGS; tag += 1) pair.content.push("shop/many", `tag-${tag}`, image);
    for (let number = 0; number < 30; number += 1)
      pair.content.push("shop/api", String(number), await npmImage({ "left-pad": `1.0.${number}` }));
    pair.balancer.pin(portOf(home.url));
    await pair.startClient();
  });
  after(async () => {
    await pair.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Asks the broker client to fill in the registry's credentials, as a hosted scanner does. */
  const broker = (server: { url: string }, path: string): Promise<Response> =>
    fetch(`${server.url}${path}`, { headers: { authorization: CREDENTIALS, "x-broker-var-sub": "authorization" } });

  it("share one download of the advisories", async () => {
    const status = ({ state }: { state: string }): boolean => state === "fresh";
    const [left, right] = await Promise.all(
      pair.servers.map((server) => pair.until<{ state: string; builtAt: string }>(server, "/advisories", status)),
    );

    assert.equal(left?.builtAt, right?.builtAt);
  });

  it("reach the registry through a tunnel that the other one holds", async () => {
    const check = await pair.call<{ ok: boolean }>(other, "POST", `/connections/${pair.connectionId}/check`);
    const tags = await pair.call<{ items: unknown[]; isComplete: boolean }>(
      other,
      "GET",
      `/connections/${pair.connectionId}/tags?repository=shop/many&refresh=true&limit=500`,
    );

    assert.ok(check.ok);
    assert.deepEqual([tags.items.length, tags.isComplete], [500, true]);
  });

  it("show the same clients, in the API and on the vendor's status routes", async () => {
    for (const server of pair.servers) {
      type View = { liveClients: unknown[] };
      const { liveClients } = await pair.call<View>(server, "GET", `/connections/${pair.connectionId}`);
      const status = (await (await broker(server, `/connection-status/${pair.token}`)).json()) as {
        clients: unknown[];
      };
      const all = (await (await broker(server, "/connections-status")).json()) as { clients: unknown[] }[];

      assert.deepEqual([liveClients.length, all.length, all[0]?.clients.length], [1, 1, 1]);
      assert.equal(status.clients.length, 2);
    }
  });

  it("pass brokered calls on, and answers that arrive at the wrong one", async () => {
    pair.balancer.pin(undefined);
    const path = `/broker/${pair.token}/list/shop/many`;

    const answers = await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        const answer = await broker(pair.servers[index % 2] ?? home, path);
        return [answer.status, (await answer.text()).length];
      }),
    );

    assert.deepEqual(new Set(answers.map(([status]) => status)), new Set([200]));
    assert.equal(new Set(answers.map(([, length]) => length)).size, 1);
    assert.ok((answers[0]?.[1] ?? 0) > MANY_TAGS * 8);
  });

  it("show the same servers, clients and calls, whichever of them is asked", async () => {
    type Fleet = { servers: { id: string; state: { clients: number } | null }[]; clients: { serverId: string }[] };
    type Traffic = { items: { path: string }[]; counts: { calls: number }; silentServers: number };
    for (const server of pair.servers) {
      const { servers, clients } = await pair.call<Fleet>(server, "GET", "/fleet");
      const { items, silentServers } = await pair.call<Traffic>(server, "GET", "/traffic?search=/list/shop/many");

      assert.equal(new Set(servers.map(({ id }) => id)).size, 2);
      assert.equal(clients.length, new Set(clients.map(({ serverId }) => serverId)).size);
      assert.equal(
        clients.length,
        servers.reduce((sum, { state }) => sum + (state?.clients ?? 0), 0),
      );
      assert.deepEqual([items.length, silentServers], [12, 0]);
    }
  });

  it("keep a session of the vendor's client together, whichever of them its requests reach", async () => {
    const path = `/primus/${pair.token}/?EIO=4`;
    const opened = await (await fetch(`${home.url}${path}&transport=polling`)).text();
    const { sid } = JSON.parse(opened.slice(1)) as { sid: string };

    const polled = await fetch(`${other.url}${path}&transport=polling&sid=${sid}`);
    const socket = new WebSocket(`${other.url.replace("http", "ws")}${path}&transport=websocket&sid=${sid}`);
    await once(socket, "open");
    socket.send("2probe");
    const [answer] = await once(socket, "message");
    socket.close();

    assert.equal(polled.status, 200);
    assert.match(await polled.text(), /identify/);
    assert.equal(String(answer), "3probe");
  });

  it("refuse what only another server may ask", async () => {
    const call = await fetch(`${home.url}/replica/call/${pair.connectionId}/systemcheck`, {
      headers: { "x-tidewaiter-peer": `${Date.now()}.${"0".repeat(64)}`, authorization: `Bearer ${KEY}` },
    });
    const advisories = await fetch(`${home.url}/replica/advisories`);

    assert.deepEqual([call.status, advisories.status], [404, 404]);
  });

  it("tell those who watch at one of what happens at the other", async () => {
    const stream = await openStream(other.url);

    const images = ["shop/api:0", "shop/api:1"];
    const { id } = await pair.call<ImportState>(home, "POST", `/connections/${pair.connectionId}/imports`, { images });
    const text = await stream.until((seen) => seen.includes(id) && seen.includes('"state":"done"'));

    stream.close();
    assert.match(text, /event: import/);
  });

  it("go on when the one that holds the tunnel is killed in the middle of an import", async () => {
    const images = Array.from({ length: 28 }, (_, number) => `shop/api:${number + 2}`);
    const path = `/connections/${pair.connectionId}/imports`;
    const { id } = await pair.call<ImportState>(other, "POST", path, { images });
    await pair.until<ImportState>(other, `/imports/${id}`, ({ complete }) => complete > 0);

    await home.kill();

    const done = await pair.until<ImportState>(other, `/imports/${id}`, ({ state }) => state === "done");
    const view = await pair.call<{ state: string }>(other, "GET", `/connections/${pair.connectionId}`);
    assert.deepEqual([done.complete, done.failed, view.state], [28, 0, "connected"]);
  });
});
