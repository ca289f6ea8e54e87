import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { loadAgentSettings, startAgent } from "@tidewaiter/agent";
import { clientSettings, startBrokerClient } from "@tidewaiter/client";
import { type AppLogger, createMetrics, listen, loadSettings, type Shutdown, silentLogger } from "@tidewaiter/runtime";

export const KEY = "owner-key-of-the-chain";
export const PASSWORD = "registry password";
const DEADLINE_MS = 30_000;
const ENTRY = fileURLToPath(new URL("../../../packages/server/bin/server.js", import.meta.url));
const appLogger: AppLogger = { ...silentLogger, setLevel: () => {} };

/** A server as a process of its own, which can be killed. Its `PORT` must be set. */
export async function launchServerProcess(env: Readonly<Record<string, string>>) {
  const url = `${env.HTTPS_CERT ? "https" : "http"}://127.0.0.1:${env.PORT}`;
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
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  };
  return {
    url,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    async crash() {
      await end("SIGKILL");
      child = await run();
    },
  };
}

/** An agent in this process. */
export function launchAgent(folder: string) {
  const settings = loadAgentSettings({
    SNYK_PORT: "0",
    TIDEWAITER_HOST: "127.0.0.1",
    TIDEWAITER_DATA_DIR: join(folder, "agent"),
    TIDEWAITER_DRAIN_MS: "200",
    MAX_ACTIVE_OPERATIONS: "2",
  });
  return startAgent({ settings, log: silentLogger, metrics: createMetrics("agent", "0.0.0"), outbound: {} });
}

/** The client must know its own address before it listens, so its port is chosen first. `authority`: PEM of the server's. */
export async function launchClient(
  token: string,
  serverUrl: string,
  agentUrl: string,
  registryPort: number,
  password: string,
  shutdown: Shutdown,
  authority?: string,
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
    ...(authority && { CA_CERT: authority }),
  };
  await startBrokerClient(loadSettings(clientSettings, env), env, appLogger, shutdown);
}

/** Calls the API with the owner's key. @throws {Error} for an answer that is no 2xx. */
export async function callApi<T>(url: string, method: string, path: string, body: unknown): Promise<T> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${KEY}`, ...(body !== undefined && { "content-type": "application/json" }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status} ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** Asks until the answer fits; fails after half a minute. */
export async function poll<T>(read: () => Promise<unknown>, isThere: (answer: T) => boolean, what: string): Promise<T> {
  const endsAt = Date.now() + DEADLINE_MS;
  for (;;) {
    const answer = (await read()) as T;
    if (isThere(answer)) return answer;
    if (Date.now() > endsAt) throw new Error(`${what} did not come to it: ${JSON.stringify(answer).slice(0, 2_000)}`);
    await delay(50);
  }
}
