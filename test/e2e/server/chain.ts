import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { loadAgentSettings, startAgent } from "@tidewaiter/agent";
import { clientSettings, startBrokerClient } from "@tidewaiter/client";
import {
  type AppLogger,
  type Clock,
  createMetrics,
  createShutdown,
  listen,
  loadSettings,
  type Shutdown,
  silentLogger,
  systemClock,
} from "@tidewaiter/runtime";
import { createContent, type RegistryContent, registryApp } from "@tidewaiter/sample-registry";
import { serverSettings, startServer } from "@tidewaiter/server";
import { freePorts } from "../../support/free-ports.ts";

const KEY = "owner-key-of-the-chain";
const PASSWORD = "registry password";
const DEADLINE_MS = 30_000;

/** Registry, server, broker client and agent in this process, each with its own listener, joined as in real life. */
export interface Chain {
  readonly content: RegistryContent;
  readonly url: string;
  readonly agentUrl: string;
  readonly connectionId: string;
  readonly advisoryFolder: string;
  /** @throws {Error} for an answer that is no 2xx. */
  call<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T>;
  /** Polls until the answer fits; fails after half a minute. */
  until<T>(path: string, isThere: (answer: T) => boolean): Promise<T>;
  /** Imports images and waits for the end. */
  importAll(images: readonly string[]): Promise<ImportState>;
  startClient(password?: string): Promise<void>;
  stopClient(): Promise<void>;
  /** Ends the server process as a crash would, and starts it again on the same data. Needs `isServerApart`. */
  crashServer(): Promise<void>;
  close(): Promise<void>;
}

export interface ImportState {
  readonly id: string;
  readonly state: string;
  readonly total: number;
  readonly complete: number;
  readonly failed: number;
}

export interface ChainOptions {
  /** Folder of OSV records that the server imports at start. */
  readonly advisoryFolder: string;
  readonly serverEnv?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  /** The server runs as a process of its own, which can be killed. */
  readonly isServerApart?: boolean;
}

const ENTRY = fileURLToPath(new URL("../../../packages/server/bin/server.js", import.meta.url));
const appLogger: AppLogger = { ...silentLogger, setLevel: () => {} };

export async function startChain(options: ChainOptions): Promise<Chain> {
  const { advisoryFolder, serverEnv = {}, clock = systemClock, isServerApart = false } = options;
  const folder = await mkdtemp(join(tmpdir(), "tidewaiter-chain-"));
  const content = createContent();
  const registry = await listen(registryApp({ content, accounts: { scanner: PASSWORD } }), {
    port: 0,
    host: "127.0.0.1",
  });
  const shutdown = createShutdown(silentLogger);
  const env = await environmentOf(folder, advisoryFolder, serverEnv);
  const apart = isServerApart ? await launchServerProcess(env) : undefined;
  const url = apart?.url ?? (await launchServer(env, shutdown, clock));
  const agent = await launchAgent(folder);
  const call: Chain["call"] = (method, path, body) => callApi(url, method, path, body);
  const issued = await call<{ connection: { id: string }; token: string }>("POST", "/connections", {
    name: "registry",
    type: "oci",
  });
  const connectionId = issued.connection.id;
  let client: Shutdown | undefined;
  const until: Chain["until"] = (path, isThere) => poll(() => call("GET", path), isThere, path);
  const stopClient = async (): Promise<void> => {
    if (!client) return;
    await client.stop("test");
    client = undefined;
    await until<{ state: string }>(`/connections/${connectionId}`, ({ state }) => state !== "connected");
  };
  return {
    content,
    url,
    agentUrl: agent.listener.url,
    connectionId,
    advisoryFolder,
    call,
    until,
    stopClient,
    crashServer: async () => apart?.crash(),
    async startClient(password = PASSWORD) {
      client = createShutdown(silentLogger);
      await launchClient(issued.token, url, agent.listener.url, registry.port, password, client);
      await until<{ state: string }>(`/connections/${connectionId}`, ({ state }) => state === "connected");
    },
    async importAll(images) {
      const { id } = await call<ImportState>("POST", `/connections/${connectionId}/imports`, { images });
      return until<ImportState>(`/imports/${id}`, ({ state }) => state !== "running");
    },
    async close() {
      await stopClient();
      await agent.stop();
      await apart?.stop();
      await shutdown.stop("test over");
      await registry.close(0);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function environmentOf(
  folder: string,
  advisoryFolder: string,
  more: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const [port] = await freePorts(1);
  return {
    PORT: String(port),
    TIDEWAITER_HOST: "127.0.0.1",
    TIDEWAITER_API_KEY: KEY,
    TIDEWAITER_DATA_DIR: join(folder, "server"),
    TIDEWAITER_ADVISORY_SOURCES: advisoryFolder,
    TIDEWAITER_ADVISORY_FORCE: "true",
    TIDEWAITER_TICK_MS: "100",
    TIDEWAITER_DRAIN_MS: "200",
    TIDEWAITER_ALLOW_PRIVATE_WEBHOOKS: "true",
    ...more,
  };
}

async function launchServer(env: Record<string, string>, shutdown: Shutdown, clock: Clock): Promise<string> {
  const { tunnel } = await startServer(loadSettings(serverSettings, env), env, silentLogger, shutdown, clock);
  return tunnel.url;
}

async function launchServerProcess(env: Record<string, string>) {
  const url = `http://127.0.0.1:${env.PORT}`;
  const run = async () => {
    const child = spawn(process.execPath, [ENTRY], {
      env: { PATH: process.env.PATH ?? "", LOG_LEVEL: "error", ...env },
      stdio: ["ignore", "ignore", "inherit"],
    });
    const probe = (): Promise<boolean> =>
      fetch(`${url}/readyz`).then(
        (answer) => answer.ok,
        () => false,
      );
    await poll<boolean>(probe, (isUp) => isUp, "the server process");
    return child;
  };
  let child = await run();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  };
  return {
    url,
    stop: () => end("SIGTERM"),
    async crash() {
      await end("SIGKILL");
      child = await run();
    },
  };
}

function launchAgent(folder: string) {
  const settings = loadAgentSettings({
    SNYK_PORT: "0",
    TIDEWAITER_HOST: "127.0.0.1",
    TIDEWAITER_DATA_DIR: join(folder, "agent"),
    TIDEWAITER_DRAIN_MS: "200",
    MAX_ACTIVE_OPERATIONS: "2",
  });
  return startAgent({ settings, log: silentLogger, metrics: createMetrics("agent", "0.0.0"), outbound: {} });
}

/** The client must know its own address before it listens, so its port is chosen first. */
async function launchClient(
  token: string,
  serverUrl: string,
  agentUrl: string,
  registryPort: number,
  password: string,
  shutdown: Shutdown,
): Promise<void> {
  const probe = await listen((_req, res) => res.end(), { port: 0, host: "127.0.0.1" });
  const { port } = probe;
  await probe.close(0);
  const env = {
    PORT: String(port),
    TIDEWAITER_HOST: "127.0.0.1",
    BROKER_TOKEN: token,
    BROKER_SERVER_URL: serverUrl,
    BROKER_CLIENT_URL: `http://127.0.0.1:${port}`,
    CR_AGENT_URL: agentUrl,
    CR_TYPE: "oci",
    CR_BASE: `127.0.0.1:${registryPort}`,
    CR_USERNAME: "scanner",
    CR_PASSWORD: password,
    TIDEWAITER_CR_PLAIN_HTTP: "true",
    PREFLIGHT_CHECKS_ENABLED: "false",
    TIDEWAITER_DRAIN_MS: "200",
  };
  await startBrokerClient(loadSettings(clientSettings, env), env, appLogger, shutdown);
}

async function callApi<T>(url: string, method: string, path: string, body: unknown): Promise<T> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${KEY}`, ...(body !== undefined && { "content-type": "application/json" }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status} ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

async function poll<T>(read: () => Promise<unknown>, isThere: (answer: T) => boolean, what: string): Promise<T> {
  const endsAt = Date.now() + DEADLINE_MS;
  for (;;) {
    const answer = (await read()) as T;
    if (isThere(answer)) return answer;
    if (Date.now() > endsAt) throw new Error(`${what} did not come to it: ${JSON.stringify(answer).slice(0, 2_000)}`);
    await delay(50);
  }
}
