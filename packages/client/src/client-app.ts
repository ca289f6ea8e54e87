import type { RequestListener } from "node:http";
import { createDirectRoutes, createHttpApp } from "@tidewaiter/runtime";
import { compileFilter } from "@tidewaiter/tunnel";
import { apiBaseUrl } from "./api-address.ts";
import { callbackRoute } from "./callback-route.ts";
import type { ClientParts } from "./client-parts.ts";
import { PROTOCOL_VERSION } from "./protocol-version.ts";
import { registryCredentials } from "./registry-credentials.ts";
import { statusRoutes } from "./status-routes.ts";
import { createSystemCheck } from "./system-check.ts";
import type { Tunnel } from "./tunnel.ts";
import { webhookRoute } from "./webhook-route.ts";

/** The client's own HTTP side: how things are, webhooks, and callbacks for everything else. */
export function createClientApp(parts: ClientParts, tunnel: Tunnel): RequestListener {
  const { settings, rules, preflight, metrics, dispatcher, log } = parts;
  const token = settings.BROKER_TOKEN.reveal();
  const callback = callbackRoute({
    filter: compileFilter(rules.public),
    send: tunnel.send,
    maxConditionBytes: settings.TIDEWAITER_MAX_MESSAGE_BODY_BYTES,
    onDenied: () => metrics.countDenied("up"),
  });
  const app = createHttpApp({
    log,
    metrics: metrics.metrics,
    errorShape: () => "vendor",
    readiness: () => ({ isReady: tunnel.isOpen, reasons: tunnel.isOpen ? [] : ["the tunnel to the server is down"] }),
    routes: (routes) => {
      const systemCheck = createSystemCheck({
        ...parts,
        registry: registryCredentials(settings),
        version: PROTOCOL_VERSION,
      });
      routes.use(statusRoutes({ settings, tunnel, rules, version: PROTOCOL_VERSION, preflight, systemCheck }));
      routes.use(
        webhookRoute({
          isTunnelOpen: () => tunnel.isOpen,
          send: tunnel.send,
          apiUrl: apiBaseUrl(settings),
          identifier: `${token.slice(0, 4)}-...-${token.slice(-4)}`,
          dispatcher,
        }),
      );
    },
    fallback: (req, res) => callback.answer(req, res),
  });
  // Callbacks are posted, and nothing of the app's own is but webhooks: they need not go through it.
  const isCallback = (method = "", url = ""): boolean => method === "POST" && !/^\/webhook(?:\/|$)/i.test(url);
  const direct = createDirectRoutes({
    find: ({ method, url }) => (isCallback(method, url) ? callback : undefined),
    metrics: metrics.metrics,
    log,
  });
  return (req, res) => void (direct(req, res) || app(req, res));
}
