import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { afterEach, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type BareServer, startBareServer } from "./bare-server.ts";
import { startTestClient } from "./chain.ts";
import { waitFor } from "./processes.ts";
import { BINARY, startUpstream } from "./upstream.ts";

const BROKER_TOKEN = "00000000-1111-4222-8333-444444444444";
const TOO_LARGE = Buffer.alloc(16_000_000);
const HUGE = 200_000_000;

describe("client of ours on a server of before the POST path", { timeout: 60_000 }, () => {
  const stops: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });
  const connect = async (agentUrl: string): Promise<BareServer & { readonly clientUrl: string }> => {
    const server = await startBareServer();
    stops.push(() => server.stop());
    const client = await startTestClient({ CR_AGENT_URL: agentUrl, BROKER_SERVER_URL: server.url, BROKER_TOKEN });
    stops.push(() => client.stop());
    await waitFor("both connections", async () => server.heard.filter(([name]) => name === "identify").length === 2);
    return { ...server, clientUrl: client.listener.url };
  };
  const get = (url: string) => ({ url, method: "GET", headers: {}, streamingID: "s-1", requestId: "" });

  it("answers with chunk events", async () => {
    const agent = await startUpstream();
    stops.push(() => agent.close());
    const server = await connect(agent.url);

    server.ask("primary", get("/list/binary"));
    await waitFor("the last chunk", async () => server.heard.some(([, , , isLast]) => isLast === true));

    const chunks = server.heard.filter(([name]) => name === "chunk");
    const bytes = chunks.flatMap(([, , data]) =>
      data && typeof data === "object" ? [(data as { $binary: string }).$binary] : [],
    );
    assert.equal((chunks[0]?.[4] as { status: number } | undefined)?.status, 200);
    assert.deepEqual(Buffer.concat(bytes.map((text) => Buffer.from(text, "base64"))), BINARY);
  });

  it("reads no more of a body than the server takes", async () => {
    let written = 0;
    const chunk = Buffer.alloc(65_536, "b");
    function* body(): Generator<Buffer> {
      for (; written < HUGE; written += chunk.length) yield chunk;
    }
    const agent = createServer((_req, res) => void pipeline(Readable.from(body()), res).catch(() => {}));
    agent.listen(0, "127.0.0.1");
    await once(agent, "listening");
    const address = agent.address();
    stops.push(async () => agent.close());
    const server = await connect(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`);
    server.sockets.get("primary")?.pause();

    server.ask("primary", get("/list"));
    let before = -1;
    while (written === 0 || written !== before) {
      before = written;
      await delay(250);
    }

    assert.ok(written < HUGE / 4, `${written} bytes were read for a server that reads nothing`);
  });

  it("refuses a callback that is too large for a message, and goes on", async () => {
    const server = await connect("http://127.0.0.1:9");
    const post = { method: "POST", body: TOO_LARGE };

    const answer = await fetch(`${server.clientUrl}/v2/import/result`, post);

    assert.deepEqual([answer.status, ((await answer.json()) as { code: string }).code], [413, "PAYLOAD_TOO_LARGE"]);
    assert.equal((await fetch(`${server.clientUrl}/healthcheck`)).status, 200);
  });

  it("tells the server what went wrong", async () => {
    const server = await connect("http://127.0.0.1:9");

    server.ask("primary", get("/not/allowed"));
    await waitFor("the event", async () => server.heard.some(([name]) => name === "client-event"));

    const [, event] = server.heard.find(([name]) => name === "client-event") ?? [];
    const { type, errorCode } = (event as { event: Record<string, unknown> }).event;
    assert.deepEqual([type, errorCode], ["client-error", "FILTER_BLOCKED"]);
  });
});
