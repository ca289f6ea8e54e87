import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { after, afterEach, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { AGENT_HEADERS } from "@tidewaiter/contract";
import WebSocket from "ws";
import type { CallbackRequest } from "../../../packages/server/src/tunnel/index.ts";
import { CONNECTION, startTestClient, startTestServer, type TestClient, type TestServer } from "./chain.ts";
import { waitFor } from "./processes.ts";
import { startUpstream, type Upstream } from "./upstream.ts";

const PATH_UP = "/api/v2/import/result";
const CREDENTIALS = ["$", "{CR_CREDENTIALS}"].join("");

describe("tunnel of ours", { timeout: 60_000 }, () => {
  let agent: Upstream;
  const stops: (() => Promise<void>)[] = [];
  const keep = <T extends { stop(): Promise<void> }>(one: T): T => {
    stops.push(() => one.stop());
    return one;
  };
  const serve = async (...args: Parameters<typeof startTestServer>): Promise<TestServer> =>
    keep(await startTestServer(...args));
  const connect = async (server: TestServer, env: Record<string, string> = {}): Promise<TestClient> =>
    keep(await startTestClient({ CR_AGENT_URL: agent.url, ...env }, server));

  before(async () => {
    agent = await startUpstream();
  });
  after(() => agent.close());
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  it("fails an exchange at once when the client dies, and does not wait for its deadline", async () => {
    const server = await serve();
    const client = await connect(server);
    const waiting = server.hub.call(CONNECTION, { method: "POST", path: "/scan", body: hangingBody() });
    await waitFor("the exchange", async () => client.tunnel.inFlight > 0);

    server.hub.disconnect(CONNECTION, "test");

    await assert.rejects(waiting, { code: "EXCHANGE_LOST" });
  });

  it("cancels the agent's work when the caller goes away", async () => {
    const server = await serve();
    await connect(server);
    const controller = new AbortController();
    const waiting = server.hub.call(CONNECTION, {
      method: "GET",
      path: "/list/hang/cancel",
      signal: controller.signal,
    });
    await waitFor("the agent", async () => agent.seen.some(({ url }) => url === "/list/hang/cancel"));

    controller.abort();

    await assert.rejects(waiting);
    await waitFor("the agent to be left", async () => agent.abandoned.includes("/list/hang/cancel"));
  });

  it("cancels the agent's work when the server dies", async () => {
    const server = await serve();
    await connect(server);
    const waiting = server.hub.call(CONNECTION, { method: "GET", path: "/list/hang/lost" });
    waiting.catch(() => {});
    await waitFor("the agent", async () => agent.seen.some(({ url }) => url === "/list/hang/lost"));

    await server.stop();

    await waitFor("the agent to be left", async () => agent.abandoned.includes("/list/hang/lost"));
  });

  it("ends an exchange at its deadline", async () => {
    const server = await serve();
    await connect(server);

    const waiting = server.hub.call(CONNECTION, { method: "GET", path: "/list/hang/late", deadlineMs: 50 });

    await assert.rejects(waiting, { code: "TIMEOUT" });
  });

  it("answers callbacks with 503 and Retry-After while the tunnel is down, and takes them again later", async () => {
    const server = await serve();
    const client = await connect(server);
    const callback = (): Promise<Response> =>
      fetch(`${client.listener.url}/api/v2/import/result`, { method: "POST", body: "{}" });
    const { port } = server.listener;
    await server.stop();
    await waitFor("the loss", async () => !client.tunnel.isOpen);

    const refused = await callback();
    await serve({ port, token: server.token });
    await waitFor("the tunnel", async () => (await callback()).status === 200);

    assert.equal(refused.status, 503);
    assert.ok(Number(refused.headers.get("retry-after")) > 0);
    assert.equal(((await refused.json()) as { code: string }).code, "TUNNEL_DOWN");
  });

  it("streams a callback before its last byte is there", async () => {
    let sawFirst = false;
    const server = await serve({
      async answerCallback({ body }) {
        for await (const _chunk of body) sawFirst = true;
        return { status: 200, body: "done" };
      },
    });
    const client = await connect(server);
    const posted = httpRequest(`${client.listener.url}/api/v2/import/result`, { method: "POST" });
    posted.write("first");
    await waitFor("the first byte", async () => sawFirst);

    posted.end("last");

    const [answer] = await once(posted, "response");
    assert.equal(await text(answer), "done");
  });

  it("takes a small callback as a frame, with the agent's headers, and brings an answer of any size", async () => {
    const heard: CallbackRequest[] = [];
    const urls: string[] = [];
    const server = await serve({
      async answerCallback(request) {
        heard.push(request);
        return { status: 202, headers: { "x-taken": "yes" }, body: "ok".repeat(Number(await text(request.body))) };
      },
    });
    server.listener.server.on("request", (req) => urls.push(req.url ?? ""));
    const client = await connect(server);
    const post = (body: string): Promise<Response> =>
      fetch(`${client.listener.url}/api/v2/import/result`, { method: "POST", body, headers: { authorization: "own" } });

    const [small, large] = [await post("1"), await post("100000")];

    assert.deepEqual([small.status, small.headers.get("x-taken"), await small.text()], [202, "yes", "ok"]);
    assert.deepEqual([large.status, (await large.text()).length], [202, 200_000]);
    assert.deepEqual([heard[0]?.method, heard[0]?.path, heard[0]?.headers.authorization], ["POST", PATH_UP, "own"]);
    assert.ok(!urls.some((url) => url.startsWith("/callback/")));
  });

  it("stops the work for a callback whose caller went away", async () => {
    let signal: AbortSignal | undefined;
    const server = await serve({
      answerCallback: (request) => {
        signal = request.signal;
        return new Promise(() => {});
      },
    });
    const client = await connect(server);
    const controller = new AbortController();
    const url = `${client.listener.url}${PATH_UP}`;
    const posted = fetch(url, { method: "POST", body: "1", signal: controller.signal });
    await waitFor("the callback", async () => signal !== undefined);

    controller.abort();

    await assert.rejects(posted);
    await waitFor("the end of the work", async () => signal?.aborted === true);
  });

  it("streams a response before its last byte is there", async () => {
    const server = await serve();
    const slow = createServer((_req, res) => void res.write("first"));
    slow.listen(0, "127.0.0.1");
    await once(slow, "listening");
    stops.push(async () => {
      slow.closeAllConnections();
      slow.close();
    });
    const address = slow.address();
    await connect(server, { CR_AGENT_URL: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}` });

    const answer = await server.hub.call(CONNECTION, { method: "GET", path: "/list" });
    const [first] = await once(answer.body, "data");

    assert.equal(String(first), "first");
    answer.body.destroy();
  });

  it("lets a slow reader slow only its own exchange", async () => {
    const server = await serve();
    await connect(server);
    const unread = await server.hub.call(CONNECTION, { method: "GET", path: "/list/bytes/50000000" });

    const other = await server.hub.call(CONNECTION, { method: "GET", path: "/list/bytes/1000000" });
    const read = (await text(other.body)).length;
    const buffered = unread.body.readableLength;

    assert.equal(read, 1_000_000);
    assert.ok(buffered < 1_000_000, `${buffered} bytes wait in memory`);
    unread.body.destroy();
  });

  it("refuses credentials in wrong places, and audits it by a code of its own", async () => {
    const server = await serve();
    await connect(server, { CR_CREDENTIALS: "secret-blob" });
    const before = agent.seen.length;

    const wishes: Record<string, string>[] = [
      { "x-leak": CREDENTIALS, "x-broker-var-sub": "x-leak" },
      { authorization: `Bearer ${CREDENTIALS}`, "x-broker-var-sub": "authorization" },
    ];

    const answers = await Promise.all(
      wishes.map((headers) => server.hub.call(CONNECTION, { method: "GET", path: "/list", headers })),
    );

    for (const answer of answers) {
      const body = await text(answer.body);
      assert.deepEqual([answer.status, JSON.parse(body).code], [403, "SUBSTITUTION_REFUSED"]);
      assert.ok(!body.includes("secret-blob"));
    }
    assert.equal(agent.seen.length, before);
  });

  it("sets its own headers for the agent, and strips what pretends to be them", async () => {
    const server = await serve();
    const client = await connect(server, {
      BROKER_CLIENT_URL: "http://client:7341",
      TIDEWAITER_AGENT_SECRET: "shared",
      CR_CREDENTIALS: "blob",
    });
    const headers = {
      "x-tidewaiter-callback": "http://evil",
      [AGENT_HEADERS.secret]: "guess",
      "x-tidewaiter-other": "1",
    };

    const answer = await server.hub.call(CONNECTION, {
      method: "GET",
      path: "/list/echo",
      headers,
      withCredentials: true,
    });
    const seen = JSON.parse(await text(answer.body)).headers;

    assert.deepEqual(
      [seen["x-tidewaiter-callback"], seen[AGENT_HEADERS.secret], seen["x-tidewaiter-other"], seen.authorization],
      ["http://client:7341", "shared", undefined, "blob"],
    );
    assert.match(seen["x-tidewaiter-connection"], /^[0-9a-f]{64}$/);
    assert.ok(client.tunnel.isOpen);
  });

  it("keeps the token out of every path between ends of ours", async () => {
    const urls: string[] = [];
    const server = await serve();
    server.listener.server.on("request", (req) => urls.push(req.url ?? ""));
    server.listener.server.on("upgrade", (req) => urls.push(req.url ?? ""));
    const client = await connect(server);

    await text(
      (await server.hub.call(CONNECTION, { method: "POST", path: "/scan", body: Buffer.alloc(200_000) })).body,
    );
    await text((await server.hub.call(CONNECTION, { method: "GET", path: "/list/bytes/200000" })).body);
    const callback = `${client.listener.url}/api/v2/import/result`;
    await fetch(callback, { method: "POST", body: Buffer.alloc(200_000) });

    assert.ok(urls.some((url) => url.startsWith("/request-data/")) && urls.some((url) => url.startsWith("/callback/")));
    assert.deepEqual(
      urls.filter((url) => url.includes(server.token)),
      [],
    );
  });

  it("refuses handshakes without a known token, and with a hash alone", async () => {
    const server = await serve();
    const paths = ["00000000-1111-4222-8333-444444444444", "a".repeat(64), "", "x"];

    const outcomes = await Promise.all(paths.map((path) => handshake(`${server.listener.url}/primus/${path}/`)));

    assert.deepEqual(
      outcomes.map((status) => status >= 400),
      [true, true, true, true],
    );
  });

  it("lives on whatever a client sends", async () => {
    const server = await serve();
    await connect(server);
    const socket = new WebSocket(
      `${server.listener.url.replace("http", "ws")}/primus/${server.token}/?EIO=4&transport=websocket`,
    );
    await once(socket, "open");
    const nonsense = [
      "",
      "4",
      "4{",
      "4null",
      '4{"type":0,"data":["identify"]}',
      '4{"type":0,"data":["identify",{"token":1}]}',
      '4{"type":1,"data":[1],"id":99}',
      '4{"type":0,"data":["request",{}],"id":1}',
      "9",
      '4"primus::ping::x"',
    ];
    for (const message of nonsense) socket.send(message);
    socket.send(Buffer.from([1, 2, 3]));
    await delay(50);

    const answer = await server.hub.call(CONNECTION, { method: "GET", path: "/list/echo" });

    assert.equal(answer.status, 200);
    answer.body.resume();
    socket.terminate();
  });

  it("lives on whatever a server sends, and redials after a close on purpose", async () => {
    const { WebSocketServer } = await import("ws");
    let dials = 0;
    const http = createServer((_req, res) => void res.end("{}")).listen(0, "127.0.0.1");
    await once(http, "listening");
    const sockets = new WebSocketServer({ server: http });
    sockets.on("connection", (socket) => {
      dials += 1;
      socket.send('0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000}');
      for (const message of [
        "4{",
        '4{"type":0,"data":["request",5]}',
        '4{"type":0,"data":["service",{}],"id":1}',
        "7",
        "",
      ])
        socket.send(message);
      socket.send(Buffer.from([9, 9]));
      setTimeout(() => socket.send('4"primus::server::close"'), 20);
    });
    stops.push(async () => {
      for (const socket of sockets.clients) socket.terminate();
      http.closeAllConnections();
      http.close();
    });
    const address = http.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
    keep(
      await startTestClient({
        CR_AGENT_URL: agent.url,
        BROKER_SERVER_URL: url,
        BROKER_TOKEN: "00000000-1111-4222-8333-444444444444",
      }),
    );

    await waitFor("further dials", async () => dials > 4);
  });

  it("closes a client that answers pings but never speaks itself", async () => {
    const server = await serve({ settings: { SOCKET_PING_INTERVAL: 100 } });
    const socket = new WebSocket(
      `${server.listener.url.replace("http", "ws")}/primus/${server.token}/?EIO=4&transport=websocket`,
    );
    socket.on("message", (data) => String(data) === "2" && socket.send("3"));

    const [code] = await once(socket, "close");

    assert.ok(code);
  });

  it("redials when heartbeats stay unanswered", async () => {
    const { WebSocketServer } = await import("ws");
    let dials = 0;
    const http = createServer((_req, res) => void res.end("{}")).listen(0, "127.0.0.1");
    await once(http, "listening");
    const sockets = new WebSocketServer({ server: http });
    sockets.on("connection", (socket) => {
      dials += 1;
      socket.send('0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000}');
    });
    stops.push(async () => {
      for (const socket of sockets.clients) socket.terminate();
      http.closeAllConnections();
      http.close();
    });
    const address = http.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
    const heartbeats = { SOCKET_PING_INTERVAL: "100", SOCKET_PONG_TIMEOUT: "100" };
    keep(
      await startTestClient({
        CR_AGENT_URL: agent.url,
        BROKER_SERVER_URL: url,
        BROKER_TOKEN: "00000000-1111-4222-8333-444444444444",
        ...heartbeats,
      }),
    );

    await waitFor("further dials", async () => dials > 2);
  });

  it("shares the load of one token between clients, fails over, and takes no fifth", async () => {
    const server = await serve({ settings: { TIDEWAITER_MAX_CLIENTS: 2 } });
    const first = await connect(server);
    const second = await connect(server);
    await waitFor("two clients", async () => server.hub.clients(CONNECTION).length === 2);
    const third = keep(
      await startTestClient({
        CR_AGENT_URL: agent.url,
        BROKER_TOKEN: server.token,
        BROKER_SERVER_URL: server.listener.url,
      }),
    );
    await delay(200);

    const held = [1, 2].map(() => server.hub.call(CONNECTION, { method: "GET", path: "/list/hang/shared" }));
    for (const one of held) one.catch(() => {});
    await waitFor("one exchange each", async () => first.tunnel.inFlight === 1 && second.tunnel.inFlight === 1);
    await first.stop();
    const answer = await server.hub.call(CONNECTION, { method: "GET", path: "/list/echo" });

    assert.equal(answer.status, 200);
    assert.ok(server.hub.clients(CONNECTION).length <= 2);
    answer.body.resume();
    await third.stop();
  });

  it("drains: a running exchange ends, a new one is refused", async () => {
    const server = await serve();
    const client = await connect(server);
    const slow = server.hub.call(CONNECTION, { method: "POST", path: "/scan", body: trickle() });
    await waitFor("the exchange", async () => client.tunnel.inFlight > 0);

    const stopping = client.stop();
    const late = await server.hub.call(CONNECTION, { method: "GET", path: "/list/echo" });
    const answer = await slow;
    await stopping;

    assert.deepEqual([answer.status, late.status], [200, 503]);
    answer.body.resume();
    late.body.resume();
  });

  it("turns a JSON body into a form when the server asks for it, and passes forms as they are", async () => {
    const server = await serve();
    await connect(server);
    const call = async (
      headers: Record<string, string>,
      body: string,
    ): Promise<{ text: string; headers: Record<string, string> }> => {
      const answer = await server.hub.call(CONNECTION, {
        method: "POST",
        path: "/scan",
        headers,
        body: Buffer.from(body),
      });
      return JSON.parse(await text(answer.body));
    };

    const made = await call({ "x-broker-content-type": "application/x-www-form-urlencoded" }, '{"a":"1 2","b":true}');
    const passed = await call({ "content-type": "application/x-www-form-urlencoded" }, "a=1+2&b=%20");

    assert.deepEqual([made.text, made.headers["content-type"]], ["a=1+2&b=true", "application/x-www-form-urlencoded"]);
    assert.deepEqual(
      [passed.text, passed.headers["content-type"]],
      ["a=1+2&b=%20", "application/x-www-form-urlencoded"],
    );
  });

  it("answers HEAD with the length that GET would bring", async () => {
    const server = await serve({ settings: { TIDEWAITER_OPEN_BROKER: true } });
    const head = { method: "HEAD", path: "/list/*", origin: agent.url };
    const { writeRules } = await import("../snyk-broker/peer.ts");
    await connect(server, { ACCEPT: writeRules({ private: [head] }) });

    const answer = await fetch(`${server.listener.url}/broker/${server.token}/list/bytes/100000`, { method: "HEAD" });

    assert.deepEqual([answer.status, answer.headers.get("content-length"), await answer.text()], [200, "100000", ""]);
  });

  it("refuses a body that is too large for a client that takes messages only", async () => {
    const server = await serve();
    const url = `${server.listener.url.replace("http", "ws")}/primus/${server.token}/?EIO=4&transport=websocket`;
    const socket = new WebSocket(url);
    await once(socket, "open");
    const metadata = { version: "5.22.14", capabilities: ["post-streams"], clientId: "plain" };
    socket.send(`4${JSON.stringify({ type: 0, data: ["identify", { token: server.token, metadata }] })}`);
    await waitFor("the client", async () => server.hub.clients(CONNECTION).length === 1);

    const sent = server.hub.call(CONNECTION, { method: "POST", path: "/scan", body: Buffer.alloc(16_000_000) });

    await assert.rejects(sent, { code: "PAYLOAD_TOO_LARGE" });
    socket.terminate();
  });

  it("refuses a client that is too old on purpose, and warns one that is old", async () => {
    const server = await serve();
    const talk = async (version: string): Promise<string[]> => {
      const socket = new WebSocket(
        `${server.listener.url.replace("http", "ws")}/primus/${server.token}/?EIO=4&transport=websocket`,
      );
      const heard: string[] = [];
      socket.on("message", (data) => heard.push(String(data)));
      await once(socket, "open");
      const metadata = { version, capabilities: ["post-streams"], clientId: version };
      socket.send(`4${JSON.stringify({ type: 0, data: ["identify", { token: server.token, metadata }] })}`);
      await waitFor("the notification", async () => heard.some((text) => text.includes("notification")));
      await delay(20);
      socket.terminate();
      return heard;
    };

    const refused = await talk("4.99.0");
    const warned = await talk("4.181.9");

    assert.ok(refused.some((text) => text.includes('"level":"error"')));
    assert.ok(refused.includes('4"primus::server::close"'));
    assert.ok(warned.some((text) => text.includes('"level":"warning"')));
    assert.ok(!warned.includes('4"primus::server::close"'));
  });

  it("wants an API key on the pass-through and status routes, and keeps it from the agent", async () => {
    const server = await serve();
    await connect(server);
    const call = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(server.listener.url + path, { headers });
    const paths = [`/broker/${server.token}/list/echo`, `/connection-status/${server.token}`, "/connections-status"];

    const without = await Promise.all(paths.map((path) => call(path)));
    const wrong = await Promise.all(paths.map((path) => call(path, { authorization: "Bearer other" })));
    const right = await Promise.all(paths.map((path) => call(path, { authorization: "Bearer key" })));

    assert.deepEqual(
      without.map(({ status }) => status),
      [401, 401, 401],
    );
    assert.deepEqual(
      wrong.map(({ status }) => status),
      [403, 403, 403],
    );
    assert.deepEqual(
      right.map(({ status }) => status),
      [200, 200, 200],
    );
    const seen = (await right[0]?.json()) as { headers: Record<string, string> };
    assert.equal(seen.headers.authorization, undefined);
  });
});

/** A body whose end never comes. */
function hangingBody(): Readable {
  return new Readable({
    read() {
      if (this.readableLength === 0 && !this.readableDidRead) this.push("begin");
    },
  });
}

/** A body that takes a while. */
function trickle(): Readable {
  return Readable.from(
    (async function* () {
      for (let count = 0; count < 10; count += 1) {
        await delay(20);
        yield Buffer.from("part");
      }
    })(),
    { objectMode: false },
  );
}

function handshake(url: string): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${url.replace("http", "ws")}?EIO=4&transport=websocket`);
    socket.once("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
    socket.once("error", () => resolve(499));
    socket.once("open", () => resolve(200));
  });
}
