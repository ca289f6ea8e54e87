import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { nodeArgsOf } from "@tidewaiter/runtime";
import { startPeer, writeRules } from "../snyk-broker/peer.ts";
import { freePort, isOk, type Running, runNode, waitFor } from "./processes.ts";

const ROOT = join(import.meta.dirname, "../../..");
export const CLIENT_ENTRY = join(ROOT, "packages/client/bin/client.js");
export const SERVER_ENTRY = join(import.meta.dirname, "tunnel-server.ts");

/** As the images and the command line start them. */
const CLIENT_ARGS = nodeArgsOf(pathToFileURL(CLIENT_ENTRY));
const SERVER_ARGS = nodeArgsOf(pathToFileURL(join(ROOT, "packages/server/bin/server.js")));

export type Side = "ours" | "peer";
export interface PairOptions {
  readonly server: Side;
  readonly client: Side;
  readonly agentUrl: string;
  readonly apiUrl: string;
  /** Private and public rules of the client. */
  readonly rules: unknown;
  readonly clientEnv?: Readonly<Record<string, string>>;
  readonly serverEnv?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
}

/** A server and a client of it, as processes of their own. */
export interface Pair {
  readonly token: string;
  /** The one that `stop` ends; `replaceServer` puts another in its place. */
  readonly server: Running;
  readonly client: Running;
  /** Address of the client's upstream as callers of the server see it. */
  readonly brokerUrl: string;
  readonly clientEnv: Readonly<Record<string, string>>;
  readonly serverEnv: Readonly<Record<string, string>>;
  replaceServer(server: Running): void;
  stop(): Promise<void>;
}

export function startServer(
  side: Side,
  port: number,
  token: string,
  env: Readonly<Record<string, string>>,
  nodeArgs?: readonly string[],
): Running {
  if (side === "peer") return startPeer("server", port, env);
  const ours = { PORT: String(port), TIDEWAITER_BROKER_TOKENS: token, TIDEWAITER_OPEN_BROKER: "1", ...env };
  return runNode({ args: [SERVER_ENTRY], port, env: ours, nodeArgs: [...SERVER_ARGS, ...(nodeArgs ?? [])] });
}

export function startClient(
  side: Side,
  port: number,
  env: Readonly<Record<string, string>>,
  nodeArgs?: readonly string[],
): Running {
  if (side === "peer") return startPeer("client", port, env);
  return runNode({
    args: [CLIENT_ENTRY],
    port,
    env: { PORT: String(port), TIDEWAITER_HOST: "127.0.0.1", ...env },
    nodeArgs: [...CLIENT_ARGS, ...(nodeArgs ?? [])],
  });
}

export async function startPair(options: PairOptions): Promise<Pair> {
  const token = randomUUID();
  const [serverPort, clientPort] = [await freePort(), await freePort()];
  const serverRules = {
    private: [{ method: "any", path: "/*", origin: options.apiUrl }],
    public: [{ method: "any", path: "/*" }],
  };
  const serverEnv = { ACCEPT: writeRules(serverRules), ...options.serverEnv };
  const server = startServer(options.server, serverPort, token, serverEnv, options.nodeArgs);
  const clientEnv = {
    ACCEPT: writeRules(options.rules),
    BROKER_TOKEN: token,
    BROKER_SERVER_URL: server.url,
    API_BASE_URL: options.apiUrl,
    BROKER_CLIENT_URL: `http://127.0.0.1:${clientPort}`,
    CR_AGENT_URL: options.agentUrl,
    ...options.clientEnv,
  };
  await orStop([server], () => waitFor("the server", () => isOk(`${server.url}/healthcheck`)));
  const client = startClient(options.client, clientPort, clientEnv, options.nodeArgs);
  await orStop([server, client], () => waitFor("both connections", () => hasConnections(server.url, token, 2)));
  let current = server;
  return {
    token,
    get server() {
      return current;
    },
    replaceServer: (next) => {
      current = next;
    },
    client,
    clientEnv,
    serverEnv,
    brokerUrl: `${server.url}/broker/${token}`,
    async stop() {
      await Promise.all([client.stop(), current.stop()]);
    },
  };
}

/** A pair that does not come up leaves nothing running, and says what its processes said last. */
async function orStop(running: readonly Running[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await Promise.all(running.map((one) => one.stop("SIGKILL")));
    throw new TypeError([String(error), ...running.map((one) => one.log().slice(-3_000))].join("\n"));
  }
}

/** True when so many sockets of the token are known to the server. */
export async function hasConnections(serverUrl: string, token: string, count: number): Promise<boolean> {
  const answer = await fetch(`${serverUrl}/connection-status/${token}`);
  const status = (await answer.json()) as { clients?: unknown[] };
  return (status.clients?.length ?? 0) >= count;
}
