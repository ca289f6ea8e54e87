import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { listen } from "@tidewaiter/runtime";
import { createContent, type RegistryContent, registryApp } from "@tidewaiter/sample-registry";
import type { RequestHandler } from "express";
import { type Child, startChild } from "../../../packages/cli/src/start/child.ts";
import { createServerApi, type ScanRow, type ServerApi } from "../../../packages/cli/src/start/server-api.ts";
import { freePorts } from "../../support/free-ports.ts";
import { type AgentProcess, startAgentProcess } from "./agent-process.ts";

const API_KEY = "owner-key-of-the-house";
const READY_MS = 60_000;
const ENTRIES = {
  server: new URL("../../../packages/server/bin/server.js", import.meta.url),
  client: new URL("../../../packages/client/bin/client.js", import.meta.url),
} as const;

/** One broker client as a process, with a registry that only it knows the password of. */
export interface HouseClient {
  readonly connectionId: string;
  readonly token: string;
  readonly content: RegistryContent;
  readonly port: number;
  start(): Promise<void>;
  kill(): Promise<void>;
}

/** Server, clients and agent as processes on one machine; each can be killed and started again on its data. */
export interface ProcessHouse {
  readonly api: ServerApi;
  readonly serverUrl: string;
  readonly apiKey: string;
  startAgent(env?: Readonly<Record<string, string>>): Promise<AgentProcess>;
  startServer(): Promise<void>;
  killServer(): Promise<void>;
  /** `callbackUrl` is where the agent shall reach the client when that is not the client itself. */
  addClient(name: string, options?: { before?: readonly RequestHandler[]; callbackUrl?: string }): Promise<HouseClient>;
  close(): Promise<void>;
}

export async function openProcessHouse(serverEnv: Readonly<Record<string, string>> = {}): Promise<ProcessHouse> {
  const folder = await mkdtemp(join(tmpdir(), "tidewaiter-house-"));
  const [serverPort = 0, agentPort = 0] = await freePorts(2);
  const serverUrl = urlOf(serverPort);
  const closing = new AbortController();
  const closers: (() => Promise<unknown>)[] = [];
  const server = restartable("server", `${serverUrl}/readyz`, {
    PORT: String(serverPort),
    TIDEWAITER_DATA_DIR: join(folder, "server"),
    TIDEWAITER_API_KEY: API_KEY,
    TIDEWAITER_ADVISORY_SOURCES: join(folder, "none"),
    TIDEWAITER_TICK_MS: "100",
    ...serverEnv,
  });
  await server.start();
  const api = createServerApi(serverUrl, API_KEY, closing.signal);
  let agent: AgentProcess | undefined;
  return {
    api,
    serverUrl,
    apiKey: API_KEY,
    startServer: server.start,
    killServer: server.kill,
    async startAgent(env = {}) {
      const base = {
        SNYK_PORT: String(agentPort),
        TIDEWAITER_DATA_DIR: join(folder, "agent"),
        MAX_ACTIVE_OPERATIONS: "2",
      };
      agent = await startAgentProcess({ env: { ...base, TIDEWAITER_CALLBACK_PAUSE_MS: "200", ...env } });
      return agent;
    },
    async addClient(name, { before, callbackUrl } = {}) {
      const content = createContent();
      const app = registryApp({ content, accounts: { [name]: `password of ${name}` }, before });
      const registry = await listen(app, { port: 0, host: "127.0.0.1" });
      const { connectionId, token } = await api.createConnection(name, "oci");
      const [port = 0] = await freePorts(1);
      const client = restartable("client", `${urlOf(port)}/readyz`, {
        PORT: String(port),
        BROKER_TOKEN: token,
        BROKER_SERVER_URL: serverUrl,
        BROKER_CLIENT_URL: callbackUrl ?? urlOf(port),
        CR_AGENT_URL: urlOf(agentPort),
        CR_TYPE: "oci",
        CR_BASE: registry.url,
        CR_USERNAME: name,
        CR_PASSWORD: `password of ${name}`,
        TIDEWAITER_CR_PLAIN_HTTP: "true",
        PREFLIGHT_CHECKS_ENABLED: "false",
      });
      closers.push(client.stop, () => registry.close(0));
      return { connectionId, token, content, port, start: client.start, kill: client.kill };
    },
    async close() {
      closing.abort();
      await agent?.stop();
      await Promise.all([server.stop(), ...closers.map((close) => close())]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type HouseScan = ScanRow & { readonly attempt: number };

/** Waits until the server has all results of an import. */
export async function untilImported(api: ServerApi, importId: string): Promise<HouseScan[]> {
  while ((await api.importState(importId)).state === "running") await delay(50);
  return (await api.importLog(importId)) as HouseScan[];
}

function restartable(name: keyof typeof ENTRIES, probeUrl: string, env: Readonly<Record<string, string>>) {
  const base = { PATH: process.env.PATH, TIDEWAITER_HOST: "127.0.0.1", LOG_LEVEL: "warn", TIDEWAITER_DRAIN_MS: "200" };
  let child: Child | undefined;
  return {
    async start() {
      child = startChild({ name, entry: ENTRIES[name], env: { ...base, ...env }, probeUrl });
      await child.ready(AbortSignal.timeout(READY_MS), READY_MS);
    },
    async kill() {
      if (!child) return;
      process.kill(child.pid, "SIGKILL");
      await child.unexpectedEnd.catch(() => {});
    },
    stop: async () => child?.stop(),
  };
}

function urlOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}
