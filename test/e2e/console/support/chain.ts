import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildConsole } from "../../../../packages/cli/src/start/console-build.ts";
import { startProcess } from "./process.ts";

const entry = (name: string, file: string): string =>
  fileURLToPath(new URL(`../../../../packages/${name}/bin/${file}.js`, import.meta.url));
const ADVISORIES = fileURLToPath(new URL("../../../../packages/advisories/data/", import.meta.url));

type Variables = Readonly<Record<string, string>>;

export interface ConsoleServer {
  readonly url: string;
  /** The one-time link of the first administrator. */
  readonly link: string;
  readonly apiKey: string;
  /** What the server logged so far. */
  readonly lines: readonly string[];
  /** A call of the API with an owner's key. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  stop(): Promise<void>;
}

const BUILD_MS = 120_000;
const API_KEY = "e2e-console-key-0123456789abcdef";

/** A server of its own with an empty store, as somebody finds it at the first start. */
export async function startConsoleServer(variables: Variables = {}): Promise<ConsoleServer> {
  await buildConsole(AbortSignal.timeout(BUILD_MS));
  const folder = await mkdtemp(join(tmpdir(), "console-e2e-"));
  const server = startProcess(entry("server", "server"), {
    PORT: "0",
    TIDEWAITER_HOST: "127.0.0.1",
    TIDEWAITER_DATA_DIR: folder,
    TIDEWAITER_API_KEY: API_KEY,
    TIDEWAITER_ADVISORY_SOURCES: ADVISORIES,
    TIDEWAITER_TICK_MS: "100",
    ...variables,
  });
  const [, link = ""] = await server.waitFor(/(https?:\/\/[^\s"]+\/start#t=[\w-]+)/);
  await server.waitFor(/server ready/);
  const url = new URL(link).origin;
  return {
    url,
    link,
    apiKey: API_KEY,
    lines: server.lines,
    call: (method, path, body) => callApi(url, method, path, body),
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function callApi<T>(url: string, method: string, path: string, body: unknown): Promise<T> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

export interface Site {
  stop(): Promise<void>;
}

/** The inside of a network: an agent, and a client that dials out with `token` and knows the registry. */
export async function startSite(
  server: ConsoleServer,
  token: string,
  registry: string,
  variables: Variables = {},
): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), "console-site-"));
  const base = { TIDEWAITER_HOST: "127.0.0.1" };
  const agent = startProcess(entry("agent", "agent"), { ...base, SNYK_PORT: "0", TIDEWAITER_DATA_DIR: folder });
  const [, agentUrl = ""] = await agent.waitFor(/"url":"(http:[^"]+)"/);
  const clientPort = await freePort();
  const client = startProcess(entry("client", "client"), {
    ...base,
    PORT: String(clientPort),
    BROKER_TOKEN: token,
    BROKER_SERVER_URL: server.url,
    BROKER_CLIENT_URL: `http://127.0.0.1:${clientPort}`,
    CR_AGENT_URL: agentUrl,
    CR_TYPE: "oci",
    CR_BASE: registry,
    TIDEWAITER_CR_PLAIN_HTTP: "true",
    PREFLIGHT_CHECKS_ENABLED: "false",
    ...variables,
  });
  await client.waitFor(/tunnel connection open/);
  return {
    stop: async () => {
      await Promise.all([client.stop(), agent.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Created {
  readonly token: string;
  readonly connection: { readonly id: string };
}

/** A connection with a site behind it, made over the API. Its id comes with it. */
export async function connectSite(
  server: ConsoleServer,
  name: string,
  registry: string,
): Promise<Site & { readonly id: string }> {
  const { token, connection } = await server.call<Created>("POST", "/connections", { name, type: "oci" });
  const site = await startSite(server, token, registry);
  return { ...site, id: connection.id };
}

/** The client must be told its own address before it listens. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
