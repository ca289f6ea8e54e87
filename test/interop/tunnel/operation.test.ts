import assert from "node:assert/strict";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { get as getTls } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, afterEach, before, describe, it } from "node:test";
import { missing } from "../../support/requirements.ts";
import { CONNECTION, startTestClient, startTestServer, type TestClient, type TestServer } from "./chain.ts";
import { startConnectProxy } from "./connect-proxy.ts";
import { CLIENT_ENTRY, startClient, startServer } from "./pairs.ts";
import { createPrivateCa } from "./private-ca.ts";
import { freePort, isOk, runNode, waitFor } from "./processes.ts";
import { type Echo, startUpstream, type Upstream } from "./upstream.ts";

const TOKEN = "00000000-1111-4222-8333-444444444444";

describe("client of ours in its surroundings", { timeout: 60_000 }, () => {
  let agent: Upstream;
  const stops: (() => Promise<unknown>)[] = [];
  const keep = <T extends { stop(): Promise<unknown> }>(one: T): T => {
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

  it("takes tunnel, responses and callbacks through the proxy, and the agent without it", async () => {
    const server = await serve();
    const proxy = keep(await startConnectProxy("user:p@ss"));
    const noProxy = new URL(agent.url).host;
    const client = await connect(server, { HTTP_PROXY: proxy.url, PROXY_AUTH: "user:p@ss", NO_PROXY: noProxy });

    const answer = await server.hub.call(CONNECTION, { method: "GET", path: "/list/bytes/500000" });
    const read = (await text(answer.body)).length;
    const callback = await fetch(`${client.listener.url}/api/v2/import/result`, { method: "POST", body: "{}" });

    assert.deepEqual([read, callback.status], [500_000, 200]);
    const serverHost = new URL(server.listener.url).host;
    assert.ok(proxy.targets.length >= 3);
    assert.deepEqual([...new Set(proxy.targets)], [serverHost]);
  });

  it("trusts a private authority for tunnel, responses and callbacks, and listens with TLS itself", {
    skip: missing("openssl"),
  }, async () => {
    const { caPath, certPath, keyPath } = createPrivateCa();
    const server = await serve({ tls: { certPath, keyPath } });
    const client = await connect(server, { CA_CERT: caPath, HTTPS_CERT: certPath, HTTPS_KEY: keyPath });

    const answer = await server.hub.call(CONNECTION, { method: "GET", path: "/list/bytes/500000" });
    const health = await new Promise<number>((resolve, reject) => {
      getTls(`${client.listener.url}/healthcheck`, { ca: readFileSync(caPath) }, (res) => {
        res.resume();
        resolve(res.statusCode ?? 0);
      }).once("error", reject);
    });

    assert.ok(client.listener.url.startsWith("https:"));
    assert.deepEqual([(await text(answer.body)).length, health], [500_000, 200]);
  });

  it("takes a new certificate of its listener into use without a restart", { skip: missing("openssl") }, async () => {
    const [old, fresh] = [createPrivateCa(), createPrivateCa()];
    const server = await serve();
    const client = await connect(server, { HTTPS_CERT: old.certPath, HTTPS_KEY: old.keyPath });
    const isGood = (caPath: string): Promise<boolean> =>
      new Promise((resolve) => {
        const asked = getTls(
          `${client.listener.url}/healthcheck`,
          { ca: readFileSync(caPath), agent: false },
          (res) => {
            res.resume();
            resolve(res.statusCode === 200);
          },
        );
        asked.once("error", () => resolve(false));
      });
    assert.deepEqual([await isGood(old.caPath), await isGood(fresh.caPath)], [true, false]);

    copyFileSync(fresh.keyPath, old.keyPath);
    copyFileSync(fresh.certPath, old.certPath);

    await waitFor("the new certificate", () => isGood(fresh.caPath));
  });

  it("reads .env and config.local.json of its folder and --port, and names a variable that has no effect", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tidewaiter-env-"));
    const port = await freePort();
    const lines = ["TIDEWAITER_HOST=127.0.0.1", `CR_AGENT_URL=${agent.url}`, "RES_BODY_URL_SUB=https://git.example"];
    writeFileSync(join(folder, ".env"), lines.join("\n"));
    writeFileSync(
      join(folder, "config.local.json"),
      JSON.stringify({ brokerToken: TOKEN, BROKER_SERVER_URL: "http://127.0.0.1:9", PORT: 1 }),
    );

    const client = keep(runNode({ args: [CLIENT_ENTRY, "client", "--port", `${port}`], port, cwd: folder, env: {} }));

    await waitFor("the client", () => isOk(`${client.url}/livez`));
    assert.match(client.log(), /no effect here[^\n]*RES_BODY_URL_SUB/);
    assert.ok(!client.log().includes(TOKEN));
  });

  it("tells the agent's response headers at debug level when told so, without secrets", async () => {
    const server = await serve();
    const port = await freePort();
    const client = keep(
      startClient("ours", port, {
        BROKER_TOKEN: server.token,
        CR_AGENT_URL: agent.url,
        BROKER_SERVER_URL: server.listener.url,
        LOG_LEVEL: "debug",
        LOG_INFO_VERBOSE: "true",
      }),
    );
    await waitFor("the client", () => isOk(`${client.url}/healthcheck`));

    const answer = await server.hub.call(CONNECTION, { method: "GET", path: "/list/status/418" });
    answer.body.resume();

    await waitFor("the line", async () => /response headers[^\n]*"x-status":"418"/.test(client.log()));
    assert.doesNotMatch(client.log(), /a=1|b=2/);
  });

  it("does not open a tunnel to a server that an unknown authority vouches for", {
    skip: missing("openssl"),
  }, async () => {
    const server = await serve({ tls: createPrivateCa() });

    const client = keep(
      await startTestClient({
        CR_AGENT_URL: agent.url,
        BROKER_TOKEN: server.token,
        BROKER_SERVER_URL: server.listener.url,
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 300));

    assert.equal(client.tunnel.isOpen, false);
    const health = await fetch(`${client.listener.url}/healthcheck`);
    assert.equal(health.status, 500);
  });

  it("asks the dispatcher for a server, and dials without one when it fails", async () => {
    const asked: string[] = [];
    const bodies: string[] = [];
    const dispatcher = createServer(async (req, res) => {
      const isFirst = asked.push(req.url ?? "") === 1;
      bodies.push(await text(req));
      res.writeHead(isFirst ? 500 : 200).end('{"data":{"attributes":{"server_id":7}}}');
    }).listen(0, "127.0.0.1");
    await once(dispatcher, "listening");
    stops.push(async () => {
      dispatcher.closeAllConnections();
      dispatcher.close();
    });
    const address = dispatcher.address();
    const api = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
    const server = await serve();
    const dials: string[] = [];
    server.listener.server.on("upgrade", (req) => dials.push(req.url ?? ""));

    const client = await connect(server, { BROKER_HA_MODE_ENABLED: "true", API_BASE_URL: api });
    await waitFor("both connections", async () => client.tunnel.lines.every(({ isOpen }) => isOpen));

    assert.equal(dials.filter((url) => url.includes("server_id=7")).length, 1);
    assert.match(asked[0] ?? "", /^\/hidden\/broker\/[0-9a-f]{64}\/connections\/[0-9a-f-]{36}\?version=/);
    assert.equal(JSON.parse(bodies[0] ?? "").data.attributes.broker_token_first_char, server.token[0]);
  });

  it("sends webhooks through the tunnel, and straight to the API while it is down", async () => {
    const server = await serve();
    const client = await connect(server, { API_BASE_URL: agent.url });
    const hook = (): Promise<Response> =>
      fetch(`${client.listener.url}/webhook/github/x`, { method: "POST", body: "{}" });

    const through = await hook();
    await server.stop();
    await waitFor("the loss", async () => !client.tunnel.isOpen);
    const direct = (await (await hook()).json()) as Echo;

    assert.notEqual(through.status, 503);
    assert.deepEqual(
      [direct.url, direct.headers["x-snyk-broker"]],
      ["/webhook/github/x", `${server.token.slice(0, 4)}-...-${server.token.slice(-4)}`],
    );
  });

  it("shows its rules, its checks and its figures, and no secret in any of them", async () => {
    const server = await serve();
    const client = await connect(server, {
      PREFLIGHT_CHECKS_ENABLED: "true",
      CR_TYPE: "oci",
      CR_BASE: "h",
      CR_USERNAME: "u",
      CR_PASSWORD: "hunter22",
    });
    await waitFor(
      "the checks",
      async () => ((await (await fetch(`${client.listener.url}/health/checks`)).json()) as unknown[]).length === 3,
    );
    const paths = [
      "/filters",
      "/health/checks",
      "/health/checks/broker-server-status",
      "/health/checks/none",
      "/metrics",
      "/systemcheck",
    ];

    const answers = await Promise.all(paths.map((path) => fetch(client.listener.url + path)));
    const bodies = await Promise.all(answers.map((answer) => answer.text()));

    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200, 404, 200, 200],
    );
    assert.match(bodies[2] ?? "", /"status":"passing"/);
    assert.match(bodies[4] ?? "", /tidewaiter_tunnel_connections_open\{role="client"\} 2/);
    for (const body of bodies) assert.ok(!body.includes("hunter22") && !body.includes(server.token));
  });

  it("takes any body of the validation address when told so, and wants JSON from one that says it is JSON", async () => {
    const check = createServer((_req, res) => void res.setHeader("content-type", "application/json").end("no JSON"));
    check.listen(0, "127.0.0.1");
    await once(check, "listening");
    stops.push(async () => check.close());
    const address = check.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/check`;
    const server = await serve();
    const strict = await connect(server, { BROKER_CLIENT_VALIDATION_URL: url });
    const lenient = await connect(server, {
      BROKER_CLIENT_VALIDATION_URL: url,
      BROKER_CLIENT_VALIDATION_JSON_DISABLED: "true",
    });

    const answers = await Promise.all([strict, lenient].map(({ listener }) => fetch(`${listener.url}/systemcheck`)));

    assert.deepEqual(
      answers.map(({ status }) => status),
      [500, 200],
    );
    check.closeAllConnections();
  });

  it("says which server it dials when none is named", async () => {
    const port = await freePort();
    // A dead proxy keeps the dials on this host.
    const env = { PORT: String(port), BROKER_TOKEN: TOKEN, CR_AGENT_URL: agent.url, HTTPS_PROXY: "http://127.0.0.1:9" };

    const client = keep(runNode({ args: [CLIENT_ENTRY], port, env: { ...env, TIDEWAITER_HOST: "127.0.0.1" } }));

    await waitFor("the word", async () => /is not set[^\n]*https:\/\/broker\.snyk\.io/.test(client.log()));
  });

  it("warns when the server's routes are open to everybody", async () => {
    const server = keep(startServer("ours", await freePort(), TOKEN, { TIDEWAITER_OPEN_BROKER: "1" }));

    await waitFor("the warning", async () => server.log().includes("open to everybody"));
  });

  it("gives systemcheck a real time limit and a readable reason", async () => {
    const server = await serve();
    const slow = await connect(server, {
      BROKER_CLIENT_VALIDATION_URL: `${agent.url}/list/hang/check`,
      BROKER_CLIENT_VALIDATION_TIMEOUT_MS: "100",
    });
    const refused = await connect(server, { CR_AGENT_URL: `http://127.0.0.1:${await freePort()}` });

    const answers = await Promise.all([slow, refused].map(({ listener }) => fetch(`${listener.url}/systemcheck`)));
    const entries = (await Promise.all(answers.map((answer) => answer.json()))) as {
      ok: boolean;
      error: unknown;
      agent: { code: string };
    }[][];

    assert.deepEqual(
      answers.map(({ status }) => status),
      [500, 500],
    );
    assert.deepEqual(
      entries.map(([entry]) => entry?.agent.code),
      ["DOWNSTREAM_TIMEOUT", "DOWNSTREAM_UNREACHABLE"],
    );
    assert.equal(entries[0]?.[0]?.error, "No answer within 100 ms");
    assert.equal((entries[1]?.[0]?.error as { code?: string } | undefined)?.code, "ECONNREFUSED");
  });

  it("stops the boot on a rule file with a mistake, naming place and reason, with exit code 78", async () => {
    const port = await freePort();
    const running = startClient("ours", port, {
      BROKER_TOKEN: TOKEN,
      CR_AGENT_URL: agent.url,
      BROKER_SERVER_URL: "http://127.0.0.1:1",
      ACCEPT: import.meta.filename,
    });
    const [code] = await once(running.child, "exit");

    assert.equal(code, 78);
    assert.match(running.log(), /CONFIG_INVALID.*ACCEPT/);
  });

  it("ends with 0 on SIGTERM after its running exchange has ended", async () => {
    const server = await serve();
    const port = await freePort();
    const running = keep(
      startClient("ours", port, {
        BROKER_TOKEN: server.token,
        CR_AGENT_URL: agent.url,
        BROKER_SERVER_URL: server.listener.url,
        BROKER_CLIENT_VALIDATION_URL: agent.url,
      }),
    );
    await waitFor("the client", () => isOk(`${running.url}/healthcheck`));
    const body = Buffer.alloc(2_000_000);
    const slow = server.hub.call(CONNECTION, {
      method: "POST",
      path: "/scan?slow=1",
      body,
      headers: { "content-length": String(body.length) },
    });
    const ended = slow.then(async (answer) => [answer.status, (await text(answer.body)).length > 0]);
    await new Promise((resolve) => setTimeout(resolve, 20));

    const code = await running.stop();

    assert.deepEqual([code, await ended], [0, [200, true]]);
  });
});
