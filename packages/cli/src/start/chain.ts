import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { BrokerError, type Env } from "@tidewaiter/runtime";
import { type Child, startChild } from "./child.ts";
import { createServerApi, type ServerApi } from "./server-api.ts";

const READY_TIMEOUT_MS = 30_000;
const ENTRIES = {
  registry: new URL("../../../sample-registry/bin/sample-registry.js", import.meta.url),
  server: new URL("../../../server/bin/server.js", import.meta.url),
  agent: new URL("../../../agent/bin/agent.js", import.meta.url),
  client: new URL("../../../client/bin/client.js", import.meta.url),
} as const;
/** Real advisories that concern the sample images, with their terms beside them. */
const SAMPLE_ADVISORIES = new URL("../../../advisories/data/", import.meta.url).pathname;

export interface Ports {
  readonly registry: number;
  readonly server: number;
  readonly client: number;
  readonly agent: number;
}
export const DEFAULT_PORTS: Ports = { registry: 5055, server: 7300, client: 7341, agent: 17_500 };

export interface ChainOptions {
  readonly env: Env;
  readonly ports: Ports;
  readonly signal: AbortSignal;
  /** Told as each process becomes ready. */
  readonly onReady: (name: string, url: string, ms: number) => void;
}

/** The running chain: what talks to whom is wired, nothing is imported yet. */
export interface Chain {
  readonly api: ServerApi;
  readonly connectionId: string;
  readonly consoleLink: () => string;
  /** Rejects when one of the processes ends by itself. */
  readonly unexpectedEnd: Promise<never>;
  stop(): Promise<void>;
}

/** True when the environment names a registry of the user's own. */
export function hasOwnRegistry(env: Env): boolean {
  return Boolean(env.CR_BASE || env.CR_CREDENTIALS || env.CR_CREDENTIALS_FILE || env.CR_ROLE_ARN || env.CR_TYPE);
}

/** The data folder of a run; its parts are one folder for each process. */
export function dataFolder(env: Env): string {
  return resolve(env.TIDEWAITER_DATA_DIR ?? ".tidewaiter");
}

export async function resetData(env: Env): Promise<void> {
  await rm(dataFolder(env), { recursive: true, force: true });
}

/**
 * Starts the processes on loopback and connects them. When one cannot start, those before it are stopped.
 *
 * @throws {BrokerError} PORT_IN_USE, UNAVAILABLE, TIMEOUT, naming the process.
 */
export async function startChain(options: ChainOptions): Promise<Chain> {
  const children: Child[] = [];
  const stopped = new AbortController();
  const stop = async (): Promise<void> => {
    stopped.abort();
    await Promise.all(
      children
        .splice(0)
        .reverse()
        .map((child) => child.stop()),
    );
  };
  try {
    return await connect({ ...options, signal: AbortSignal.any([options.signal, stopped.signal]) }, children, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function connect(options: ChainOptions, children: Child[], stop: () => Promise<void>): Promise<Chain> {
  const { env, ports, signal } = options;
  const secrets = { apiKey: randomBytes(24).toString("base64url"), agentSecret: randomBytes(24).toString("base64url") };
  const seen = { consoleLink: urlOf(ports.server) };
  const launch = async (name: keyof Ports, variables: Env, probe: string): Promise<void> => {
    const url = urlOf(ports[name]);
    const child = startChild({
      name,
      entry: ENTRIES[name],
      env: { ...baseEnv(env), ...variables },
      probeUrl: `${url}${probe}`,
      onLine: (line) => watchLine(line, env, seen),
    });
    children.push(child);
    options.onReady(name, url, await child.ready(signal, READY_TIMEOUT_MS));
  };
  const isOwn = hasOwnRegistry(env);
  await Promise.all([
    isOwn ? undefined : launch("registry", { PORT: String(ports.registry), TIDEWAITER_HOST: "127.0.0.1" }, "/v2/"),
    launch("server", serverEnv(options, secrets), "/readyz"),
    launch("agent", agentEnv(options, secrets), "/readyz"),
  ]);
  const api = createServerApi(urlOf(ports.server), secrets.apiKey, signal);
  const { connectionId, token } = await issueToken(api, env);
  await launch("client", clientEnv(options, secrets, token), "/readyz");
  const unexpectedEnd = Promise.race(children.map((child) => child.unexpectedEnd));
  unexpectedEnd.catch(() => {});
  return { api, connectionId, consoleLink: () => seen.consoleLink, unexpectedEnd, stop };
}

/** A second run on the same data goes on with the same connection under a new token. */
async function issueToken(api: ServerApi, env: Env): Promise<{ connectionId: string; token: string }> {
  const type = hasOwnRegistry(env) ? (env.CR_TYPE ?? "oci") : "oci";
  const name = hasOwnRegistry(env) ? (env.CR_BASE ?? type) : "samples";
  const present = (await api.connections()).find((connection) => connection.name === name && connection.type === type);
  if (!present) return api.createConnection(name, type);
  return { connectionId: present.id, token: await api.rotateToken(present.id) };
}

function urlOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}

/** Our own variables reach every process; the registry's credentials only the client. */
function baseEnv(env: Env): Env {
  const isPrivate = (name: string): boolean =>
    /^(TIDEWAITER_)?CR_|^TIDEWAITER_(DATA_DIR|API_KEY)|^(PORT|SNYK_PORT|TIDEWAITER_HOST)$/.test(name);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isPrivate(name)));
}

function serverEnv({ env, ports }: ChainOptions, { apiKey }: { apiKey: string }): Env {
  return {
    PORT: String(ports.server),
    TIDEWAITER_HOST: "127.0.0.1",
    TIDEWAITER_DATA_DIR: join(dataFolder(env), "server"),
    TIDEWAITER_API_KEY: apiKey,
    TIDEWAITER_ADVISORY_SOURCES: env.TIDEWAITER_ADVISORY_SOURCES ?? SAMPLE_ADVISORIES,
  };
}

function agentEnv({ env, ports }: ChainOptions, { agentSecret }: { agentSecret: string }): Env {
  return {
    SNYK_PORT: String(ports.agent),
    TIDEWAITER_HOST: "127.0.0.1",
    TIDEWAITER_DATA_DIR: join(dataFolder(env), "agent"),
    TIDEWAITER_AGENT_SECRET: agentSecret,
  };
}

function clientEnv({ env, ports }: ChainOptions, { agentSecret }: { agentSecret: string }, token: string): Env {
  const own = Object.entries(env).filter(([name]) => /^(TIDEWAITER_)?CR_/.test(name));
  const sample = { CR_TYPE: "oci", CR_BASE: `127.0.0.1:${ports.registry}`, TIDEWAITER_CR_PLAIN_HTTP: "true" };
  return {
    ...(hasOwnRegistry(env) ? { CR_TYPE: "oci", ...Object.fromEntries(own) } : sample),
    PORT: String(ports.client),
    TIDEWAITER_HOST: "127.0.0.1",
    BROKER_TOKEN: token,
    BROKER_SERVER_URL: urlOf(ports.server),
    BROKER_CLIENT_URL: urlOf(ports.client),
    CR_AGENT_URL: urlOf(ports.agent),
    TIDEWAITER_AGENT_SECRET: agentSecret,
    PREFLIGHT_CHECKS_ENABLED: "false",
  };
}

/** The server's log names the one-time link; with LOG_LEVEL set by the user the lines are shown as well. */
function watchLine(line: string, env: Env, seen: { consoleLink: string }): void {
  const link = /https?:\/\/[^\s"]+\/start[?#]t=[\w-]+/.exec(line)?.[0];
  if (link) seen.consoleLink = link;
  if (env.LOG_LEVEL) process.stderr.write(`${line}\n`);
}

/** Ports from `--ports registry,server,client,agent`. @throws {BrokerError} INPUT_INVALID. */
export function parsePorts(text: string | undefined): Ports {
  if (!text) return DEFAULT_PORTS;
  const numbers = text.split(",").map(Number);
  const [registry = 0, server = 0, client = 0, agent = 0] = numbers;
  if (numbers.length !== 4 || numbers.some((port) => !Number.isInteger(port) || port < 1 || port > 65_535)) {
    throw new BrokerError("INPUT_INVALID", "--ports: four port numbers are expected, registry,server,client,agent");
  }
  return { registry, server, client, agent };
}
