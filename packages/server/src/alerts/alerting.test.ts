import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { buildSampleStore } from "@tidewaiter/advisories";
import { type Listener, listen, systemClock } from "@tidewaiter/runtime";
import { startTestServer, type TestServer } from "../test-support.ts";
import { signBody } from "./sender.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Message {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

describe("alerts", () => {
  const messages: Message[] = [];
  let sink: Listener;
  let folder: string;
  let server: TestServer;
  let later = 0;
  const clock = { ...systemClock, now: () => Date.now() + later };

  const start = (): Promise<TestServer> =>
    startTestServer(
      {
        TIDEWAITER_DATA_DIR: folder,
        TIDEWAITER_ALLOW_PRIVATE_WEBHOOKS: "true",
        TIDEWAITER_LOST_AFTER_MS: "60000",
        TIDEWAITER_ADVISORY_STALE_HOURS: String(2 * 365 * 24),
      },
      clock,
    );

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tidewaiter-alerts-"));
    buildSampleStore(join(folder, "advisories.db"));
    sink = await listen(
      async (req, res) => {
        messages.push({ path: req.url ?? "", headers: req.headers, text: (await req.toArray()).join("") });
        res.end();
      },
      { port: 0, host: "127.0.0.1" },
    );
    server = await start();
  });
  beforeEach(() => {
    messages.length = 0;
    later = 0;
  });
  after(async () => {
    await server.close();
    await sink.close(0);
    await rm(folder, { recursive: true, force: true });
  });

  async function addChannel(
    kind: "http" | "slack",
    events: readonly string[],
  ): Promise<{ id: string; secret: string }> {
    const body = { name: kind, kind, url: `${sink.url}/hooks/T0/secret-part`, events };
    const made = await server.call<{ channel: { id: string }; secret: string }>("POST", "/channels", { body });
    return { id: made.body.channel.id, secret: made.body.secret };
  }

  async function addConnection(name: string): Promise<string> {
    const body = { name, type: "oci" };
    return (await server.call<{ connection: { id: string } }>("POST", "/connections", { body })).body.connection.id;
  }

  async function arrived(count: number): Promise<void> {
    for (let tries = 0; messages.length < count && tries < 400; tries += 1) await delay(25);
    assert.ok(messages.length >= count, "the message did not arrive");
  }

  /** Long enough for the server to look several times whether there is something to send. */
  const looks = (): Promise<void> => delay(800);

  it("reach Slack as one text in which nothing is markup", async () => {
    const { id } = await addChannel("slack", ["connection.lost"]);
    const connection = await addConnection("<prod> & more");
    const { db } = server.store;
    await db.updateTable("connections").set({ lost_at: Date.now() }).where("id", "=", connection).execute();

    later = 61_000;
    await arrived(1);

    const [message] = messages;
    assert.match(
      JSON.parse(message?.text ?? "{}").text,
      /^The connection &lt;prod&gt; &amp; more has no broker client/,
    );
    assert.equal(message?.headers["x-tidewaiter-signature"], undefined);
    await server.call("DELETE", `/channels/${id}`);
    await server.call("DELETE", `/connections/${connection}`);
  });

  it("tell once that a connection stayed away, signed, and not of one that came back in time", async () => {
    const { id, secret } = await addChannel("http", ["connection.lost"]);
    const [away, back] = [await addConnection("away"), await addConnection("back")];
    const { db } = server.store;
    await db.updateTable("connections").set({ lost_at: Date.now() }).where("id", "in", [away, back]).execute();

    later = 30_000;
    await looks();
    await db.updateTable("connections").set({ lost_at: null }).where("id", "=", back).execute();
    later = 61_000;
    await arrived(1);
    await looks();

    const [message] = messages;
    const time = String(message?.headers["x-tidewaiter-timestamp"]);
    assert.deepEqual(
      messages.map(({ text }) => [JSON.parse(text).event, JSON.parse(text).connection.id]),
      [["connection.lost", away]],
    );
    assert.equal(message?.headers["x-tidewaiter-signature"], `sha256=${signBody(secret, time, message?.text ?? "")}`);
    await server.call("DELETE", `/channels/${id}`);
  });

  it("tell that the advisory data is old, once for each age of the data", async () => {
    const { id } = await addChannel("http", ["advisories.stale"]);

    later = 4 * 365 * DAY_MS;
    await arrived(1);
    await looks();

    assert.deepEqual(
      messages.map(({ text }) => JSON.parse(text).event),
      ["advisories.stale"],
    );
    await server.call("DELETE", `/channels/${id}`);
  });

  it("keep addresses and secrets sealed in the store, also those of an earlier release", async () => {
    const { id, secret } = await addChannel("http", ["scan.failed"]);
    const row = (key: string) =>
      server.store.db.selectFrom("channels").selectAll().where("id", "=", key).executeTakeFirstOrThrow();
    const stored = await row(id);
    const old = { ...stored, id: "old", url: `${sink.url}/old`, secret: "readable secret" };
    await server.store.db.insertInto("channels").values(old).execute();

    await server.close();
    server = await start();
    const sealed = await row("old");
    await server.call("POST", "/channels/old/test");
    await server.call("POST", `/channels/${id}/test`);

    assert.doesNotMatch(JSON.stringify([stored, sealed]), /secret-part|readable secret|127\.0\.0\.1/);
    const proofs = messages.map(({ headers, text }) => [headers["x-tidewaiter-signature"], headers, text] as const);
    const expected = (key: string, index: number): string => {
      const [, headers, text = ""] = proofs[index] ?? [];
      return `sha256=${signBody(key, String(headers?.["x-tidewaiter-timestamp"]), text)}`;
    };
    assert.deepEqual(
      proofs.map(([signature]) => signature),
      [expected("readable secret", 0), expected(secret, 1)],
    );
    assert.deepEqual(
      messages.map(({ path }) => path),
      ["/old", "/hooks/T0/secret-part"],
    );
  });

  it("can be sent again from the log, and say there what the receiver answered", async () => {
    const { id } = await addChannel("http", ["scan.failed"]);
    type Delivery = { id: string; channelId: string; state: string; status: number | null };
    await server.call("POST", `/channels/${id}/test`);
    const log = await server.call<{ items: Delivery[] }>("GET", `/deliveries?channelId=${id}`);

    const again = await server.call<Delivery>("POST", `/deliveries/${log.body.items[0]?.id}/resend`);

    assert.deepEqual([log.body.items.length, again.body.state, again.body.status], [1, "delivered", 200]);
    assert.deepEqual(new Set(messages.map(({ headers }) => headers["x-tidewaiter-delivery"])).size, 1);
    assert.equal(messages.length, 2);
  });

  it("tell of a connection whose client left while the server was down", async () => {
    const connection = await addConnection("gone meanwhile");
    const { db } = server.store;
    await db.updateTable("connections").set({ last_connected_at: 1 }).where("id", "=", connection).execute();

    await server.close();
    server = await start();
    await addChannel("http", ["connection.lost"]);
    // The one that has stayed away since before is told to the new channel, too.
    later = 61_000;
    await arrived(2);

    assert.ok(messages.some(({ text }) => JSON.parse(text).connection.id === connection));
  });
});
