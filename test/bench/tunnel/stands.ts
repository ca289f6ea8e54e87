import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Pair, type Side, startPair } from "../../interop/tunnel/pairs.ts";
import { freePort, isOk, type Running, runNode, waitFor } from "../../interop/tunnel/processes.ts";

const FOLDER = import.meta.dirname;
const AGENT = ["$", "{CR_AGENT_URL}"].join("");
const RULES = {
  private: [{ method: "any", path: "/*", origin: AGENT }],
  public: [{ method: "any", path: "/*" }],
};

/** Images are built with the compile cache warm; here the first run warms it, for the peer as well. */
const COMMON = { LOG_LEVEL: "error", NODE_COMPILE_CACHE: join(tmpdir(), "tidewaiter-bench-compile-cache") };

/** Something that requests are measured through: a pair of brokers, the floor, or nothing at all. */
export interface Stand {
  readonly name: string;
  readonly forwardUrl: string;
  readonly callbackUrl: string;
  /** Processes between caller and upstream. */
  readonly clientPid?: number;
  readonly serverPid?: number;
  readonly pair?: Pair;
  readonly serverSide?: Side;
  stop(): Promise<void>;
}

export async function startBenchUpstream(): Promise<Running> {
  const port = await freePort();
  const running = runNode({ args: [join(FOLDER, "upstream.ts")], env: { PORT: String(port) }, port });
  await waitFor("the upstream", () => isOk(`${running.url}/1`));
  return running;
}

export async function startBrokers(name: string, server: Side, client: Side, upstreamUrl: string): Promise<Stand> {
  const pair = await startPair({
    server,
    client,
    agentUrl: upstreamUrl,
    apiUrl: upstreamUrl,
    rules: RULES,
    clientEnv: { PREFLIGHT_CHECKS_ENABLED: "false", ...COMMON },
    serverEnv: COMMON,
    ...(name === "ours" && { nodeArgs: (process.env.OURS_OPTS ?? "").split(" ").filter(Boolean) }),
  });
  return {
    name,
    forwardUrl: pair.brokerUrl,
    callbackUrl: pair.client.url,
    clientPid: pair.client.child.pid,
    serverPid: pair.server.child.pid,
    pair,
    serverSide: server,
    stop: () => pair.stop(),
  };
}

export async function startFloor(upstream: Running): Promise<Stand> {
  const [near, far] = [await freePort(), await freePort()];
  const upstreamPort = new URL(upstream.url).port;
  const relay = join(FOLDER, "relay.ts");
  const relays = [
    runNode({ args: [relay, String(far), upstreamPort], env: {}, port: far }),
    runNode({ args: [relay, String(near), String(far)], env: {}, port: near }),
  ];
  const url = `http://127.0.0.1:${near}`;
  await waitFor("the relays", () => isOk(`${url}/1`));
  return {
    name: "floor",
    forwardUrl: url,
    callbackUrl: url,
    stop: async () => void (await Promise.all(relays.map((one) => one.stop()))),
  };
}

export function directStand(upstream: Running): Stand {
  return { name: "direct", forwardUrl: upstream.url, callbackUrl: upstream.url, stop: async () => {} };
}
