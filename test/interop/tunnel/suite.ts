import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { preparePeer } from "../snyk-broker/peer.ts";
import { hasConnections, type Pair, type Side, startClient, startPair } from "./pairs.ts";
import { freePort, isOk, waitFor } from "./processes.ts";
import { BINARY, type Echo, startUpstream, UNICODE, type Upstream } from "./upstream.ts";

const AGENT = ["$", "{CR_AGENT_URL}"].join("");
const CREDENTIALS = ["$", "{CR_CREDENTIALS}"].join("");
const CALLBACK = ["$", "{BROKER_CLIENT_URL}"].join("");

function rulesFor(agentUrl: string): unknown {
  const host = agentUrl.replace("http://", "");
  const to = (method: string, path: string, more: object = {}) => ({ method, path, origin: AGENT, ...more });
  return {
    private: [
      to("any", "/echo/body-value", { valid: [{ path: "images.*.name", value: "good" }] }),
      to("any", "/echo/body-regex", { valid: [{ path: "name", regex: "^ok-" }] }),
      to("any", "/echo/query", { valid: [{ queryParam: "kind", values: ["a*", "exact"] }] }),
      to("any", "/echo/header", { valid: [{ header: "x-want", values: ["yes"] }] }),
      to("GET", "/segment/:name"),
      { method: "GET", path: "/auth/token", origin: AGENT, auth: { scheme: "token", token: "t0ken" } },
      {
        method: "GET",
        path: "/auth/basic",
        origin: AGENT,
        auth: { scheme: "basic", username: "user", password: "pass" },
      },
      { method: "GET", path: "/auth/bearer", origin: AGENT, auth: { scheme: "bearer", token: "b3arer" } },
      { method: "GET", path: "/auth/url", origin: `http://url-user:url-pass@${host}` },
      {
        method: "GET",
        path: "/auth/pool",
        origin: AGENT,
        auth: { scheme: "token", token: ["$", "{ROTATING}"].join("") },
      },
      ...["/bytes/*", "/chunked/*", "/status/*", "/unicode/*", "/binary/*", "/reset/*", "/list/*"].map((path) =>
        to("GET", path),
      ),
      to("any", "/echo/open*"),
    ],
    public: [
      { method: "POST", path: "/v2/import/*" },
      { method: "any", path: "/api/v2/import/*" },
    ],
  };
}

/** The same black-box cases for every pairing of servers and clients. */
export function brokerSuite(server: Side, client: Side): void {
  const skip = server === "peer" || client === "peer" ? preparePeer() : false;
  describe(`${client} client on ${server} server`, { skip, timeout: 120_000 }, () => {
    let agent: Upstream;
    let api: Upstream;
    let pair: Pair;

    before(async () => {
      agent = await startUpstream();
      api = await startUpstream();
      const clientEnv = {
        CR_CREDENTIALS: "eyJ0eXBlIjoib2NpIn0=",
        ROTATING_POOL: "one,two",
        BROKER_CLIENT_VALIDATION_URL: `${AGENT.length > 0 ? agent.url : ""}/validate/1`,
        BROKER_CLIENT_VALIDATION_AUTHORIZATION_HEADER_POOL: "token abcdefghi,bad",
      };
      pair = await startPair({
        server,
        client,
        agentUrl: agent.url,
        apiUrl: api.url,
        rules: rulesFor(agent.url),
        clientEnv,
      });
    });
    after(async () => {
      await pair?.stop();
      await agent?.close();
      await api?.close();
    });
    const get = (path: string, init?: RequestInit): Promise<Response> => fetch(pair.brokerUrl + path, init);
    const echo = async (path: string, init?: RequestInit): Promise<Echo> =>
      (await (await get(path, init)).json()) as Echo;
    const post = (path: string, body: unknown): Promise<Response> =>
      get(path, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });

    it("forwards method, path, query and body to the agent", async () => {
      const seen = await echo("/echo/open?a=1&b=%20x", { method: "PUT", body: "hällo" });

      assert.deepEqual([seen.method, seen.url, seen.text], ["PUT", "/echo/open?a=1&b=%20x", "hällo"]);
    });

    it("relays status, headers and repeated cookies", async () => {
      const answer = await get("/status/418");

      assert.equal(answer.status, 418);
      assert.equal(answer.headers.get("x-status"), "418");
      assert.deepEqual(answer.headers.getSetCookie(), ["a=1", "b=2"]);
    });

    it("keeps unicode and binary bodies as they are", async () => {
      const text = await (await get("/unicode/1")).text();
      const bytes = Buffer.from(await (await get("/binary/1")).arrayBuffer());

      assert.equal(text, UNICODE);
      assert.deepEqual(bytes, BINARY);
    });

    it("relays bodies of 20 MB, of fixed length and chunked", async () => {
      const fixed = await (await get("/bytes/20000000")).arrayBuffer();
      const chunked = await (await get("/chunked/20000000")).arrayBuffer();

      assert.deepEqual([fixed.byteLength, chunked.byteLength], [20_000_000, 20_000_000]);
    });

    it("brings a binary request body of 5 MB to the agent unchanged", async () => {
      const body = randomBytes(5_000_000);

      const seen = await echo("/echo/open", { method: "POST", body });

      assert.deepEqual([seen.size, seen.sha256], [body.length, createHash("sha256").update(body).digest("hex")]);
    });

    it("answers by acknowledgement when the caller asks for it", async () => {
      const answer = await get("/unicode/1", { headers: { "x-broker-ws-response": "1" } });

      assert.equal(answer.status, 200);
      assert.equal(await answer.text(), UNICODE);
    });

    it("replaces a body that is too long for an acknowledgement, or streams it between ends of ours", async () => {
      const answer = await get("/bytes/21000000", { headers: { "x-broker-ws-response": "1" } });
      const body = await answer.text();

      if (server === "ours" && client === "ours") assert.deepEqual([answer.status, body.length], [200, 21_000_000]);
      else assert.deepEqual([answer.status, JSON.parse(body).code], [502, "BODY_TOO_LARGE"]);
    });

    it("echoes the request id to the caller and to the agent", async () => {
      const id = "0b1a1b9e-5d62-4e29-9f9e-6dd2f5a3c1aa";

      const answer = await get("/echo/open", { headers: { "x-request-id": id } });

      assert.equal(answer.headers.get("snyk-request-id"), id);
      assert.equal(((await answer.json()) as Echo).headers["x-request-id"], id);
    });

    it("decides by path: segments, methods and what no rule names", async () => {
      const statuses = await Promise.all(
        [get("/segment/one"), get("/segment/one/two"), get("/segment/one", { method: "POST" }), get("/nothing")].map(
          async (answer) => (await answer).status,
        ),
      );

      assert.deepEqual(statuses, [200, 401, 401, 401]);
    });

    it("answers a blocked request as the protocol says", async () => {
      const answer = await get("/nothing");
      const body = (await answer.json()) as Record<string, string>;

      assert.equal(body.code, "FILTER_BLOCKED");
      assert.equal(body.reason, "[Websocket Flow][Blocked Request] Does not match any accept rule");
    });

    it("decides by body, query and header", async () => {
      const statuses = await Promise.all(
        [
          post("/echo/body-value", { images: [{ name: "bad" }, { name: "good" }] }),
          post("/echo/body-value", { images: [{ name: "bad" }] }),
          post("/echo/body-regex", { name: "ok-1" }),
          post("/echo/body-regex", { name: "no" }),
          get("/echo/query?kind=abc"),
          get("/echo/query?kind=b"),
          get("/echo/header", { headers: { "x-want": "yes" } }),
          get("/echo/header", { headers: { "x-want": "no" } }),
        ].map(async (answer) => (await answer).status),
      );

      assert.deepEqual(statuses, [200, 401, 200, 401, 200, 401, 200, 401]);
    });

    it("refuses dot segments and doubled slashes", async () => {
      const seenBefore = agent.seen.length;
      const statuses = await Promise.all(
        ["/list/%2e%2e/secret", "/list//x", "/list/..%2fsecret"].map(
          async (path) => (await rawStatus(pair.brokerUrl, path)) >= 400,
        ),
      );

      // The vendor's client matches the encoded form, and lets the encoded ones pass.
      assert.deepEqual(
        client === "ours" ? statuses : statuses.slice(1, 2),
        client === "ours" ? [true, true, true] : [true],
      );
      if (client === "ours") assert.equal(agent.seen.length, seenBefore);
    });

    it("fills the credentials into the header that the caller names", async () => {
      const headers = { "x-broker-var-sub": "authorization", authorization: CREDENTIALS };

      const seen = await echo("/echo/open", { headers });

      assert.equal(seen.headers.authorization, "eyJ0eXBlIjoib2NpIn0=");
    });

    it("fills the callback address into a body that asks for it", async () => {
      const body = { callbackUrl: `${CALLBACK}/api`, other: 1, BROKER_VAR_SUB: ["callbackUrl"] };

      const seen = (await (await post("/echo/open", body)).json()) as Echo;

      assert.deepEqual(JSON.parse(seen.text), { callbackUrl: `${pair.client.url}/api`, other: 1 });
    });

    it("sends the authorization that a rule or its origin names", async () => {
      const seen = await Promise.all(
        ["/auth/token", "/auth/basic", "/auth/bearer", "/auth/url"].map(
          async (path) => (await echo(path)).headers.authorization,
        ),
      );

      const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;
      assert.deepEqual(
        seen.map((value) => value?.toLowerCase()),
        ["token t0ken", basic("user:pass"), "bearer b3arer", basic("url-user:url-pass")].map((value) =>
          value.toLowerCase(),
        ),
      );
    });

    it("takes the values of a pool in turn", async () => {
      const seen = [await echo("/auth/pool"), await echo("/auth/pool"), await echo("/auth/pool")];

      const values = seen.map(({ headers }) => headers.authorization?.toLowerCase());
      assert.equal(values[0], values[2]);
      assert.deepEqual([...new Set(values)].sort(), ["token one", "token two"]);
    });

    it("takes callbacks up to the API behind the server", async () => {
      const body = JSON.stringify({ result: "ünï", bytes: "x".repeat(1_000_000) });

      const answer = await fetch(`${pair.client.url}/api/v2/import/result?y=1`, {
        method: "POST",
        body,
        headers: { "content-type": "application/json", "x-own": "kept" },
      });
      const seen = (await answer.json()) as Echo;

      assert.equal(answer.status, 200);
      assert.deepEqual(
        [seen.method, seen.url, seen.size],
        ["POST", "/api/v2/import/result?y=1", Buffer.byteLength(body)],
      );
      assert.deepEqual([seen.headers["x-own"], seen.headers["x-broker-token"]], ["kept", pair.token]);
    });

    it("refuses callbacks that no public rule allows", async () => {
      const answer = await fetch(`${pair.client.url}/other`, { method: "POST", body: "{}" });
      const body = (await answer.json()) as Record<string, string>;

      assert.equal(answer.status, 401);
      assert.equal(body.reason, "Request does not match any accept rule, blocking HTTP request");
    });

    it("shows both connections at the client's healthcheck", async () => {
      const answer = await fetch(`${pair.client.url}/healthcheck`);
      const entries = (await answer.json()) as Record<string, unknown>[];

      assert.equal(answer.status, 200);
      assert.deepEqual(
        entries.map(({ ok, websocketConnectionOpen }) => [ok, websocketConnectionOpen]),
        [
          [true, true],
          [true, true],
        ],
      );
      assert.ok(entries.every(({ version, transport, brokerServerUrl }) => version && transport && brokerServerUrl));
    });

    it("tells in systemcheck which credential fails, without showing any", async () => {
      const answer = await fetch(`${pair.client.url}/systemcheck`);
      const entries = (await answer.json()) as Record<string, unknown>[];

      assert.equal(answer.status, 500);
      assert.deepEqual(
        entries.map(({ ok }) => ok),
        [true, false],
      );
      assert.deepEqual(
        entries.map(({ maskedCredentials }) => maskedCredentials),
        ["abc***ghi", "***"],
      );
      assert.equal(entries[1]?.error, "Failed due to invalid credentials");
    });

    it("answers service commands", async () => {
      const answer = await fetch(`${pair.server.url}/service/${pair.token}/filters/reload`);

      // The vendor's server wants a version that its own unreleased client does not say.
      assert.ok([200, 501].includes(answer.status), String(answer.status));
    });

    it("answers unknown tokens as not connected", async () => {
      const answer = await fetch(`${pair.server.url}/broker/00000000-1111-4222-8333-444444444444/list/x`);

      assert.equal(answer.status, 404);
      assert.equal(answer.headers.get("x-broker-failure"), "no-connection");
    });

    it("says that the agent is unreachable", async () => {
      const port = await freePort();
      const env = { ...pair.clientEnv, CR_AGENT_URL: `http://127.0.0.1:${port}`, MAX_RETRY: "0" };
      const token = pair.token;
      const clientPort = await freePort();
      const second = startClient(client, clientPort, env);
      try {
        await waitFor("the second client", () => isOk(`${second.url}/healthcheck`));
        await waitFor("four connections", () => hasConnections(pair.server.url, token, 4));
        await pair.client.stop("SIGKILL");
        await waitFor("only two connections", async () => !(await hasConnections(pair.server.url, token, 3)));

        const answer = await get("/echo/open");

        assert.equal(answer.status, 502);
        assert.equal(((await answer.json()) as Record<string, string>).code, "DOWNSTREAM_UNREACHABLE");
      } finally {
        await second.stop();
      }
    });
  });
}

/** Fetch repairs paths before it sends them; this does not. */
async function rawStatus(brokerUrl: string, path: string): Promise<number> {
  const { request } = await import("node:http");
  const { hostname, port, pathname } = new URL(brokerUrl);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path: pathname + path }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .once("error", reject)
      .end();
  });
}
