import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createNetwork, type Host, type Network } from "../support/namespaces.ts";
import { missing, withoutRoot } from "../support/requirements.ts";

const skip = withoutRoot() || missing("ip", "curl");
const ENTRY = (name: string) => new URL(`../../packages/${name}/bin/${name}.js`, import.meta.url).pathname;
const API_KEY = "namespace-test-key-0123456789abcdef";
/** server 10.77.0.1 ── 10.77.0.2 client 10.77.1.1 ── 10.77.1.2 agent 10.77.2.1 ── 10.77.2.2 registry */
const SERVER = "http://10.77.0.1:7300";
const DOCUMENT = { "content-type": "application/json", authorization: `Bearer ${API_KEY}` };

describe("the chain over separate networks", { skip, timeout: 180_000 }, () => {
  let network: Network;
  const children: ChildProcess[] = [];
  const hosts = {} as Record<"server" | "client" | "agent" | "registry", Host>;

  before(() => {
    network = createNetwork();
    for (const name of ["server", "client", "agent", "registry"] as const) hosts[name] = network.host(name);
    network.link(hosts.server, "10.77.0.1", hosts.client, "10.77.0.2");
    network.link(hosts.client, "10.77.1.1", hosts.agent, "10.77.1.2");
    network.link(hosts.agent, "10.77.2.1", hosts.registry, "10.77.2.2");
  });
  after(async () => {
    for (const child of children.reverse()) child.kill("SIGTERM");
    await Promise.all(
      children.map((child) => child.exitCode ?? new Promise((resolve) => child.once("close", resolve))),
    );
    network?.destroy();
  });

  it("scans an image although only client and server, client and agent, agent and registry can reach each other", async () => {
    run("registry", "sample-registry", { PORT: "5000", TIDEWAITER_HOST: "10.77.2.2" });
    run("server", "server", {
      PORT: "7300",
      TIDEWAITER_HOST: "10.77.0.1",
      TIDEWAITER_API_KEY: API_KEY,
      TIDEWAITER_DATA_DIR: folder(),
    });
    run("agent", "agent", { SNYK_PORT: "17500", TIDEWAITER_HOST: "10.77.1.2", TIDEWAITER_DATA_DIR: folder() });
    await until(() => call("GET", "/connections"));
    const issued = await call("POST", "/connections", { name: "closed", type: "oci" });
    run("client", "client", {
      PORT: "7341",
      TIDEWAITER_HOST: "10.77.1.1",
      BROKER_TOKEN: String(issued.token),
      BROKER_SERVER_URL: SERVER,
      BROKER_CLIENT_URL: "http://10.77.1.1:7341",
      CR_AGENT_URL: "http://10.77.1.2:17500",
      CR_TYPE: "oci",
      CR_BASE: "10.77.2.2:5000",
      TIDEWAITER_CR_PLAIN_HTTP: "true",
    });
    const id = (issued.connection as { id: string }).id;
    await until(async () => assert.equal((await call("GET", `/connections/${id}`)).state, "connected"));

    const started = await call("POST", `/connections/${id}/imports`, { images: ["shop/api:1.4"] });
    await until(async () => assert.equal((await call("GET", `/imports/${started.id}`)).state, "done"));

    const log = await call("GET", `/imports/${started.id}/log`);
    assert.equal((log.items as { state: string }[])[0]?.state, "Complete");
    assert.equal(reaches("server", "http://10.77.2.2:5000/v2/"), false);
    assert.equal(reaches("server", "http://10.77.1.2:17500/livez"), false);
    assert.equal(reaches("client", "http://10.77.2.2:5000/v2/"), false);
    assert.equal(reaches("agent", "http://10.77.2.2:5000/v2/"), true);
  });

  function run(host: keyof typeof hosts, app: string, env: Record<string, string>): void {
    const [program = "", ...words] = hosts[host].prefix;
    const child = spawn(program, [...words, process.execPath, ENTRY(app)], {
      env: { PATH: process.env.PATH, PREFLIGHT_CHECKS_ENABLED: "false", ...env },
      stdio: "ignore",
    });
    children.push(child);
  }

  /** The server's API as somebody on its own host calls it. */
  async function call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const headers = Object.entries(DOCUMENT).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
    const data = body === undefined ? [] : ["-d", JSON.stringify(body)];
    const text = curl("server", ["-f", "-X", method, ...headers, ...data, `${SERVER}/api/v1${path}`]);
    return JSON.parse(text);
  }

  function reaches(host: keyof typeof hosts, url: string): boolean {
    try {
      curl(host, [url]);
      return true;
    } catch {
      return false;
    }
  }

  function curl(host: keyof typeof hosts, args: readonly string[]): string {
    const [program = "", ...words] = hosts[host].prefix;
    return execFileSync(program, [...words, "curl", "-sS", "-m", "5", ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  }
});

function folder(): string {
  return mkdtempSync(join(tmpdir(), "tidewaiter-namespaces-"));
}

async function until(condition: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await condition();
      return;
    } catch (error) {
      if (tries > 300) throw error;
      await delay(200);
    }
  }
}
