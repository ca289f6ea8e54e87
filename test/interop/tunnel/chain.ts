import { randomUUID } from "node:crypto";
import {
  createHttpApp,
  createLogger,
  createMetrics,
  createShutdown,
  type Listener,
  listen,
  loadSettings,
  type Shutdown,
} from "@tidewaiter/runtime";
import { type BrokerClient, clientSettings, startBrokerClient } from "../../../packages/client/src/index.ts";
import {
  type CallbackAnswer,
  type CallbackRequest,
  createTunnelHub,
  defaultTunnelSettings,
  type TunnelHub,
  type TunnelSettings,
} from "../../../packages/server/src/tunnel/index.ts";
import { waitFor } from "./processes.ts";

export const CONNECTION = "connection-1";

export interface TestServer {
  readonly hub: TunnelHub;
  readonly listener: Listener;
  readonly token: string;
  stop(): Promise<void>;
}

export interface ServerChoices {
  readonly port?: number;
  readonly token?: string;
  readonly settings?: Partial<TunnelSettings>;
  readonly answerCallback?: (request: CallbackRequest) => Promise<CallbackAnswer>;
  readonly tls?: { readonly certPath: string; readonly keyPath: string };
}

/** The tunnel side of a server, in this process, for one token. */
export async function startTestServer(choices: ServerChoices = {}): Promise<TestServer> {
  const {
    port = 0,
    token = randomUUID(),
    settings,
    tls,
    answerCallback = async () => ({ status: 200, body: "taken" }),
  } = choices;
  const log = createLogger({ role: "server", level: "fatal" });
  const metrics = createMetrics("server", "test");
  const hub = createTunnelHub(
    {
      findConnection: async (presented) => (presented === token ? CONNECTION : undefined),
      mayCall: async (authorization) => authorization === "Bearer key",
      answerCallback,
    },
    { settings: defaultTunnelSettings(settings), log, metrics },
  );
  const app = createHttpApp({
    log,
    metrics,
    errorShape: () => "vendor",
    readiness: () => ({ isReady: true }),
    routes: (router) => router.use(hub.router),
  });
  const listener = await listen(app, { port, host: "127.0.0.1", ...(tls && { tls }) });
  hub.attach(listener.server);
  return {
    hub,
    listener,
    token,
    async stop() {
      await hub.close(0);
      await listener.close(0);
    },
  };
}

export interface TestClient extends BrokerClient {
  readonly shutdown: Shutdown;
  stop(): Promise<void>;
}

/** A client of ours in this process; with a server given, it is awaited until both its connections stand. */
export async function startTestClient(env: Readonly<Record<string, string>>, server?: TestServer): Promise<TestClient> {
  const all = {
    PORT: "0",
    TIDEWAITER_HOST: "127.0.0.1",
    PREFLIGHT_CHECKS_ENABLED: "false",
    TIDEWAITER_DRAIN_MS: "2000",
    ...(server && { BROKER_TOKEN: server.token, BROKER_SERVER_URL: server.listener.url }),
    ...env,
  };
  const log = createLogger({ role: "client", level: "fatal" });
  const shutdown = createShutdown(log);
  const client = await startBrokerClient(loadSettings(clientSettings, all), all, log, shutdown);
  if (server)
    await waitFor("the tunnel", async () => client.tunnel.isOpen && server.hub.clients(CONNECTION).length > 0);
  return { ...client, shutdown, stop: () => shutdown.stop("test") };
}
