import { createHash } from "node:crypto";
import {
  type AppLogger,
  createDispatcher,
  createHttpApp,
  createMetrics,
  type Env,
  type Listener,
  listen,
  outboundFromEnv,
  productVersion,
  type Shutdown,
  systemClock,
} from "@tidewaiter/runtime";
import { compileFilter, createVariables, parseOrigin, placeholder } from "@tidewaiter/tunnel";
import { createAgentCaller } from "./agent-request.ts";
import { callbackRoute } from "./callback-route.ts";
import { checkCredentials } from "./check-credentials.ts";
import { describeConfig } from "./client-config.ts";
import { createForwarder } from "./forwarder.ts";
import { startPreflight } from "./preflight.ts";
import { registryCredentials } from "./registry-credentials.ts";
import { loadRules } from "./rules.ts";
import type { ClientSettings } from "./settings.ts";
import { statusRoutes } from "./status-routes.ts";
import { runSystemCheck } from "./system-check.ts";
import { createTunnel, type Tunnel } from "./tunnel.ts";

/** The version of the vendor's client whose protocol this one speaks; servers compare it with their cut-offs. */
export const PROTOCOL_VERSION = "5.22.14";

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
  const outbound = outboundFromEnv(env);
  const dispatcher = createDispatcher({
    ...outbound,
    headersTimeoutMs: settings.BROKER_CLIENT_POST_TIMEOUT,
    bodyTimeoutMs: settings.BROKER_CLIENT_POST_TIMEOUT,
    connections: 256,
  });
  shutdown.add("outgoing connections", () => dispatcher.destroy());
  const rules = await loadRules(settings.ACCEPT, dispatcher);
  const credentials = registryCredentials(settings);
  const variables = createVariables({ ...env, CR_CREDENTIALS: credentials?.reveal() });
  const metrics = createMetrics("client", productVersion());
  const tls = { ca: outbound.ca ? [outbound.ca] : undefined, rejectUnauthorized: outbound.rejectUnauthorized ?? true };
  const preflight = startPreflight({
    isEnabled: settings.PREFLIGHT_CHECKS_ENABLED,
    serverUrl: settings.BROKER_SERVER_URL,
    apiUrl: settings.API_BASE_URL ?? settings.BROKER_DISPATCHER_BASE_URL,
    callbackUrl: settings.BROKER_CLIENT_URL,
    dispatcher,
    signal: shutdown.signal,
  });
  const token = settings.BROKER_TOKEN.reveal();
  const own = {
    connection: createHash("sha256").update(token).digest("hex"),
    callback: settings.BROKER_CLIENT_URL,
    agentSecret: settings.TIDEWAITER_AGENT_SECRET?.reveal(),
  };
  const forward = createForwarder({
    filter: compileFilter(rules.private),
    variables,
    call: createAgentCaller(dispatcher, settings.MAX_RETRY, systemClock),
    own,
    version: PROTOCOL_VERSION,
    credentialHeader: settings.TIDEWAITER_CREDENTIAL_HEADER,
    substitutesHeaders: settings.DISABLE_HEADER_VARS_SUBSTITUTION === undefined,
    substitutesBodies: settings.DISABLE_BODY_VARS_SUBSTITUTION === undefined,
    dropsForwarded: settings.REMOVE_X_FORWARDED_HEADERS,
    isInsecureDownstream: settings.INSECURE_DOWNSTREAM !== undefined,
    log,
  });
  const tunnel = createTunnel({
    serverUrl: new URL(settings.BROKER_SERVER_URL),
    token,
    version: PROTOCOL_VERSION,
    rules,
    clientConfig: describeConfig(settings),
    preflightChecks: () => preflight.results(),
    forward,
    dispatcher,
    agent: undefined,
    tls,
    timing: {
      pingIntervalMs: settings.SOCKET_PING_INTERVAL,
      pongTimeoutMs: settings.SOCKET_PONG_TIMEOUT,
      connectTimeoutMs: settings.SOCKET_CONNECT_TIMEOUT,
      reconnectMaxMs: settings.TIDEWAITER_RECONNECT_MAX_MS,
      exchangeMs: settings.TIDEWAITER_EXCHANGE_TIMEOUT_MS,
    },
    maxExchanges: settings.TIDEWAITER_MAX_EXCHANGES,
    maxMessageBytes: settings.SOCKET_MAX_RESPONSE_LENGTH,
    clock: systemClock,
    log,
  });
  shutdown.add("tunnel", () => tunnel.close(settings.TIDEWAITER_DRAIN_MS));
  const validationUrl =
    settings.BROKER_CLIENT_VALIDATION_URL ?? `${settings.CR_AGENT_URL.replace(/\/$/, "")}/systemcheck`;
  const app = createHttpApp({
    log,
    metrics,
    errorShape: () => "vendor",
    readiness: () => ({ isReady: tunnel.isOpen, reasons: tunnel.isOpen ? [] : ["the tunnel to the server is down"] }),
    routes: (router) => {
      router.use(
        statusRoutes({
          settings,
          tunnel,
          rules,
          version: PROTOCOL_VERSION,
          preflight,
          systemCheck: () =>
            runSystemCheck({
              url: parseOrigin(variables.expand(validationUrl)),
              shownUrl: validationUrl.replace(settings.CR_AGENT_URL, placeholder("CR_AGENT_URL")),
              method: settings.BROKER_CLIENT_VALIDATION_METHOD,
              timeoutMs: settings.BROKER_CLIENT_VALIDATION_TIMEOUT_MS,
              credentials: checkCredentials(settings, credentials),
              headers: {
                "user-agent": `Snyk Broker Client ${PROTOCOL_VERSION}`,
                "x-tidewaiter-connection": own.connection,
                ...(own.agentSecret !== undefined && { "x-tidewaiter-agent-secret": own.agentSecret }),
              },
              isJsonRequired: !settings.BROKER_CLIENT_VALIDATION_JSON_DISABLED,
              dispatcher,
            }),
        }),
      );
      router.use(
        callbackRoute({
          filter: compileFilter(rules.public),
          tunnel,
          maxBodyBytes: settings.TIDEWAITER_MAX_MESSAGE_BODY_BYTES,
        }),
      );
    },
  });
  const { HTTPS_CERT: certPath, HTTPS_KEY: keyPath } = settings;
  const listener = await listen(app, {
    port: settings.PORT,
    host: settings.TIDEWAITER_HOST,
    ...(certPath && keyPath && { tls: { certPath, keyPath } }),
  });
  shutdown.add("local listener", () => listener.close(settings.TIDEWAITER_DRAIN_MS));
  return { listener, tunnel };
}
