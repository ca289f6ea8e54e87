import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Clock,
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
import { callApi, KEY, launchAgent, launchClient, launchServerProcess, PASSWORD, poll } from "./launch.ts";

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
  startClient(password?: string, token?: string): Promise<void>;
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
    async startClient(password = PASSWORD, token = issued.token) {
      client = createShutdown(silentLogger);
      await launchClient(token, url, agent.listener.url, registry.port, password, client);
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
