import { join } from "node:path";
import {
  type Clock,
  createMetrics,
  type Env,
  type Listener,
  type Logger,
  listen,
  productVersion,
  type Shutdown,
  systemClock,
} from "@tidewaiter/runtime";
import { createRateLimit } from "./access/rate-limit.ts";
import { createApi } from "./api/create-api.ts";
import { createServerApp } from "./app.ts";
import type { ServerSettings } from "./config.ts";
import { createCore } from "./core.ts";
import { openStore } from "./store/open.ts";

export interface RunningServer {
  /** Where the tunnel listens, and where API and console do. */
  readonly tunnel: Listener;
  readonly admin: Listener;
}

const MAX_BODY_BYTES = 2_097_152;
const CALL_TIMEOUT_MS = 120_000;

/** Opens the store, starts tunnels, API and the work behind them; everything stops with `shutdown`. */
export async function startServer(
  settings: ServerSettings,
  env: Env,
  log: Logger,
  shutdown: Shutdown,
  clock: Clock = systemClock,
): Promise<RunningServer> {
  const version = productVersion();
  const metrics = createMetrics("server", version);
  const store = await openStore({
    path: join(settings.TIDEWAITER_DATA_DIR, "server.db"),
    databaseUrl: settings.DATABASE_URL,
  });
  shutdown.add("store", () => store.close());
  const core = await createCore({ settings, env, log, metrics, store, clock, version, shutdown });
  const common = { log, metrics, readiness: core.readiness, trustedProxies: settings.TIDEWAITER_TRUST_PROXY };
  const perMinute = settings.TIDEWAITER_CALLS_PER_MINUTE;
  const signIns = settings.TIDEWAITER_SIGN_INS_PER_MINUTE;
  const api = createApi(core.services, {
    calls: createRateLimit({ burst: perMinute, perMinute, clock }),
    signIns: createRateLimit({ burst: signIns, perMinute: signIns, clock, servers: core.serverCount }),
    maxBodyBytes: MAX_BODY_BYTES,
    timeoutMs: CALL_TIMEOUT_MS,
  });
  const hasOwnAdmin = settings.TIDEWAITER_ADMIN_PORT !== undefined;
  const app = createServerApp({ ...common, tunnel: core.hub.router, ...(!hasOwnAdmin && { api }) });
  const tunnel = await listen(app, listenOptions(settings, settings.PORT, "PORT"));
  core.hub.attach(tunnel.server);
  const admin = hasOwnAdmin
    ? await listen(
        createServerApp({ ...common, api }),
        listenOptions(settings, settings.TIDEWAITER_ADMIN_PORT ?? 0, "TIDEWAITER_ADMIN_PORT"),
      )
    : tunnel;
  addStops({ tunnel, admin }, core.hub, settings, shutdown);
  core.start();
  if (core.leads()) await announce(core, admin, settings, log);
  return { tunnel, admin };
}

function listenOptions({ TIDEWAITER_HOST, HTTPS_CERT, HTTPS_KEY }: ServerSettings, port: number, portVariable: string) {
  const tls = HTTPS_CERT && HTTPS_KEY ? { certPath: HTTPS_CERT, keyPath: HTTPS_KEY } : undefined;
  return { port, host: TIDEWAITER_HOST, portVariable, ...(tls && { tls }) };
}

/** The last thing added stops first: tunnels drain, then the listeners close, then the store. */
function addStops(
  { tunnel, admin }: RunningServer,
  hub: { close(drainMs: number): Promise<void> },
  { TIDEWAITER_DRAIN_MS }: ServerSettings,
  shutdown: Shutdown,
): void {
  if (admin !== tunnel) shutdown.add("admin listener", () => admin.close(TIDEWAITER_DRAIN_MS));
  shutdown.add("listener", () => tunnel.close(TIDEWAITER_DRAIN_MS));
  shutdown.add("tunnels", () => hub.close(TIDEWAITER_DRAIN_MS));
}

/** A server without people prints the way in for the first one. */
async function announce(
  { services }: Awaited<ReturnType<typeof createCore>>,
  admin: Listener,
  settings: ServerSettings,
  log: Logger,
): Promise<void> {
  const link = await services.links.issueFirst();
  if (!link) return;
  const base = settings.TIDEWAITER_PUBLIC_URL ?? admin.url;
  log.info("open this link once to become the first administrator", {
    url: new URL(link.path, base).href,
    minutes: settings.TIDEWAITER_LINK_MINUTES,
  });
}
