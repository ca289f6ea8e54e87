import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadAgentSettings, type RunningAgent, startAgent } from "@tidewaiter/agent";
import { type CredentialBlob, encodeCredentials } from "@tidewaiter/contract";
import { createMetrics, type Logger, listen, type Metrics, silentLogger } from "@tidewaiter/runtime";
import {
  buildImage,
  buildLayer,
  createContent,
  type RegistryAppOptions,
  type RegistryContent,
  registryApp,
} from "@tidewaiter/sample-registry";
import { type CallbackSink, startCallbackSink } from "./callback-sink.ts";

/** A connection as the agent sees it: credentials, names, and where callbacks go. */
export interface TestClient {
  readonly sink: CallbackSink;
  readonly headers: Readonly<Record<string, string>>;
  readonly registry: RegistryContent;
}

export interface AgentAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: Record<string, unknown>;
}

/** Sends requests to the agent as a broker client would forward them. */
export interface AgentFixture {
  readonly agent: RunningAgent;
  readonly folder: string;
  readonly url: string;
  readonly metrics: Metrics;
  client(name: string, options?: Partial<RegistryAppOptions>): Promise<TestClient>;
  call(client: TestClient, method: string, path: string, body?: unknown): Promise<AgentAnswer>;
  scan(client: TestClient, fields: Readonly<Record<string, unknown>>): Promise<AgentAnswer>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function startAgentFixture(
  env: Readonly<Record<string, string>> = {},
  log: Logger = silentLogger,
): Promise<AgentFixture> {
  const folder = await mkdtemp(join(tmpdir(), "tidewaiter-agent-"));
  const closers: (() => Promise<void>)[] = [];
  const start = async () => {
    const settings = loadAgentSettings({
      SNYK_PORT: "0",
      TIDEWAITER_HOST: "127.0.0.1",
      TIDEWAITER_DATA_DIR: folder,
      TIDEWAITER_DRAIN_MS: "200",
      MAX_ACTIVE_OPERATIONS: "2",
      ...env,
    });
    const metrics = createMetrics("agent", "0.0.0");
    return { agent: await startAgent({ settings, log, metrics, outbound: {} }), metrics };
  };
  let { agent, metrics } = await start();
  const call: AgentFixture["call"] = async (client, method, path, body) => {
    const answer = await fetch(`${agent.listener.url}${path}`, {
      method,
      headers: { ...client.headers, ...(body !== undefined && { "content-type": "application/json" }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const retryAfter = answer.headers.get("retry-after");
    return { status: answer.status, retryAfter, body: (await answer.json()) as Record<string, unknown> };
  };
  return {
    get agent() {
      return agent;
    },
    get url() {
      return agent.listener.url;
    },
    get metrics() {
      return metrics;
    },
    folder,
    async client(name, options = {}) {
      const registry: RegistryContent = options.content ?? createContent();
      const listener = await listen(registryApp({ content: registry, ...options }), { port: 0, host: "127.0.0.1" });
      const sink = await startCallbackSink();
      closers.push(
        () => listener.close(0),
        () => sink.close(),
      );
      const [username, password] = Object.entries(options.accounts ?? {})[0] ?? [];
      const blob: CredentialBlob = {
        type: "oci",
        registryBase: listener.url,
        username,
        password,
        extra: { plainHttp: true },
      };
      const headers = {
        authorization: encodeCredentials(blob).reveal(),
        "x-tidewaiter-connection": `connection-${name}`,
        "x-tidewaiter-callback": sink.url,
      };
      return { sink, registry, headers };
    },
    call,
    scan: (client, fields) =>
      call(client, "POST", "/scan", {
        nonce: "nonce-of-sixteen-characters",
        attempt: 1,
        reference: "latest",
        ...fields,
      }),
    async restart() {
      await agent.stop();
      ({ agent, metrics } = await start());
    },
    async close() {
      await agent.stop();
      await Promise.all(closers.map((close) => close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A Debian-like image with the given packages, names to versions. */
export async function debianImage(packages: Readonly<Record<string, string>>) {
  const paragraphs = Object.entries(packages).map(
    ([name, version]) => `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`,
  );
  const release = 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n';
  return buildImage([await buildLayer({ "etc/os-release": release, "var/lib/dpkg/status": paragraphs.join("\n") })]);
}
