import { type AppLogger, configInvalid, type Env, type Listener, listen, type Shutdown } from "@tidewaiter/runtime";
import { createClientApp } from "./client-app.ts";
import { createClientParts } from "./client-parts.ts";
import { openTunnel } from "./open-tunnel.ts";
import type { ClientSettings } from "./settings.ts";
import type { Tunnel } from "./tunnel.ts";

export interface BrokerClient {
  readonly listener: Listener;
  readonly tunnel: Tunnel;
}

/** Wires the client and starts it: dials out, listens, and stops with `shutdown`. */
export async function startBrokerClient(
  settings: ClientSettings,
  env: Env,
  log: AppLogger,
  shutdown: Shutdown,
): Promise<BrokerClient> {
  const parts = await createClientParts(settings, env, log, shutdown);
  const tunnel = openTunnel(parts);
  shutdown.add("tunnel", async () => {
    tunnel.report({ type: "client-shutdown", reason: "SIGTERM", uptimeSeconds: Math.round(process.uptime()) });
    await tunnel.close(settings.TIDEWAITER_DRAIN_MS);
  });
  const { HTTPS_CERT: certPath, HTTPS_KEY: keyPath } = settings;
  if (Boolean(certPath) !== Boolean(keyPath)) {
    throw configInvalid([{ path: certPath ? "HTTPS_KEY" : "HTTPS_CERT", reason: "is needed with the other one" }]);
  }
  const listener = await listen(createClientApp(parts, tunnel), {
    port: settings.PORT,
    host: settings.TIDEWAITER_HOST,
    ...(certPath && keyPath && { tls: { certPath, keyPath } }),
  });
  listener.server.requestTimeout = settings.BROKER_WEBSERVER_REQUEST_TIMEOUT;
  shutdown.add("local listener", () => listener.close(settings.TIDEWAITER_DRAIN_MS));
  return { listener, tunnel };
}
