import { createHash, randomUUID } from "node:crypto";
import { getCACertificates } from "node:tls";
import {
  type AppLogger,
  configInvalid,
  createDispatcher,
  createHttpApp,
  type Env,
  type Listener,
  listen,
  type OutboundOptions,
  outboundFromEnv,
  type Shutdown,
  systemClock,
} from "@tidewaiter/runtime";
import { compileFilter, createVariables, type RuleFile, type Variables } from "@tidewaiter/tunnel";
import type { Dispatcher } from "undici";
import { createAgentCaller } from "./agent-request.ts";
import { apiBaseUrl } from "./api-address.ts";
import { callbackRoute } from "./callback-route.ts";
import { describeConfig } from "./client-config.ts";
import { type ClientMetrics, createClientMetrics } from "./client-metrics.ts";
import { tunnelAgent } from "./connect-agent.ts";
import { createDialling } from "./dialling.ts";
import { createDiscovery } from "./discovery.ts";
import { askDispatcher } from "./dispatcher-call.ts";
import type { OwnHeaders } from "./down-headers.ts";
import { createForwarder, type Forwarder } from "./forwarder.ts";
import { type Preflight, startPreflight } from "./preflight.ts";
import { registryCredentials } from "./registry-credentials.ts";
import { loadRules } from "./rules.ts";
import { createServerAddresses, type ServerAddresses } from "./server-address.ts";
import type { ClientSettings } from "./settings.ts";
import { statusRoutes } from "./status-routes.ts";
import { createSystemCheck } from "./system-check.ts";
import { createTunnel, type Tunnel } from "./tunnel.ts";
import { webhookRoute } from "./webhook-route.ts";

/** The version of the vendor's client whose protocol this one speaks; servers compare it with their cut-offs. */
export const PROTOCOL_VERSION = "5.22.14";

export interface BrokerClient {
  readonly listener: Listener;
  readonly tunnel: Tunnel;
}

/** What the parts of a running client share. */
interface Parts {
  readonly settings: ClientSettings;
  readonly outbound: OutboundOptions;
  readonly dispatcher: Dispatcher;
  readonly variables: Variables;
  readonly rules: RuleFile;
  readonly own: OwnHeaders;
  readonly addresses: ServerAddresses;
  readonly clientId: string;
  readonly preflight: Preflight;
  readonly metrics: ClientMetrics;
  readonly log: AppLogger;
}

/** Wires the client and starts it: dials out, listens, and stops with `shutdown`. */
export async function startBrokerClient(
  settings: ClientSettings,
  env: Env,
  log: AppLogger,
  shutdown: Shutdown,
): Promise<BrokerClient> {
  const parts = await createParts(settings, env, log, shutdown);
  const tunnel = openTunnel(parts, createRequestForwarder(parts));
  shutdown.add("tunnel", async () => {
    tunnel.report({ type: "client-shutdown", reason: "SIGTERM", uptimeSeconds: Math.round(process.uptime()) });
    await tunnel.close(settings.TIDEWAITER_DRAIN_MS);
  });
  const { HTTPS_CERT: certPath, HTTPS_KEY: keyPath } = settings;
  if (Boolean(certPath) !== Boolean(keyPath)) {
    throw configInvalid([{ path: certPath ? "HTTPS_KEY" : "HTTPS_CERT", reason: "is needed with the other one" }]);
  }
  const listener = await listen(createApp(parts, tunnel), {
    port: settings.PORT,
    host: settings.TIDEWAITER_HOST,
    ...(certPath && keyPath && { tls: { certPath, keyPath } }),
  });
  listener.server.requestTimeout = settings.BROKER_WEBSERVER_REQUEST_TIMEOUT;
  shutdown.add("local listener", () => listener.close(settings.TIDEWAITER_DRAIN_MS));
  return { listener, tunnel };
}

async function createParts(settings: ClientSettings, env: Env, log: AppLogger, shutdown: Shutdown): Promise<Parts> {
  const outbound = outboundFromEnv(env);
  const dispatcher = createDispatcher({
    ...outbound,
    headersTimeoutMs: settings.BROKER_CLIENT_POST_TIMEOUT,
    bodyTimeoutMs: settings.BROKER_CLIENT_POST_TIMEOUT,
    connectTimeoutMs: settings.SOCKET_CONNECT_TIMEOUT,
    connections: settings.TIDEWAITER_MAX_EXCHANGES,
  });
  shutdown.add("outgoing connections", () => dispatcher.destroy());
  const rules = await loadRules(settings.ACCEPT, dispatcher);
  const token = settings.BROKER_TOKEN.reveal();
  const hash = createHash("sha256").update(token).digest("hex");
  const clientId = randomUUID();
  const serverUrl = new URL(settings.BROKER_SERVER_URL);
  return {
    settings,
    outbound,
    dispatcher,
    rules,
    variables: createVariables({ ...env, CR_CREDENTIALS: registryCredentials(settings)?.reveal() }),
    own: {
      connection: hash,
      callback: settings.BROKER_CLIENT_URL,
      agentSecret: settings.TIDEWAITER_AGENT_SECRET?.reveal(),
    },
    addresses: createServerAddresses({ serverUrl, token, hash, clientId, version: PROTOCOL_VERSION }),
    clientId,
    preflight: startPreflight({
      isEnabled: settings.PREFLIGHT_CHECKS_ENABLED,
      serverUrl: settings.BROKER_SERVER_URL,
      apiUrl: apiBaseUrl(settings),
      callbackUrl: settings.BROKER_CLIENT_URL,
      dispatcher,
      signal: shutdown.signal,
    }),
    metrics: createClientMetrics(),
    log,
  };
}

function createRequestForwarder({ settings, dispatcher, rules, variables, own, metrics, log }: Parts): Forwarder {
  return createForwarder({
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
    maxMessageBytes: settings.TIDEWAITER_MAX_MESSAGE_BODY_BYTES,
    onOutcome: (rule, status) =>
      rule === undefined ? metrics.countDenied("down") : metrics.countRequest(rule, status),
    log,
  });
}

function openTunnel(parts: Parts, forward: Forwarder): Tunnel {
  const { settings, outbound, dispatcher, addresses, metrics, log } = parts;
  const ca = outbound.ca ? [...getCACertificates("default"), outbound.ca] : undefined;
  const tls = { ca, rejectUnauthorized: outbound.rejectUnauthorized ?? true };
  const connectTimeoutMs = settings.SOCKET_CONNECT_TIMEOUT;
  return createTunnel({
    token: settings.BROKER_TOKEN.reveal(),
    metadata: () => describeIdentity(parts),
    addresses,
    dialling: createDialling({
      addresses,
      discovery: createDiscovery(addresses.health(), dispatcher),
      dispatch: dispatchCall(parts),
      log,
    }),
    forward,
    socket: {
      agent: tunnelAgent(new URL(settings.BROKER_SERVER_URL), outbound, tls, connectTimeoutMs),
      tls,
      pingIntervalMs: settings.SOCKET_PING_INTERVAL,
      pongTimeoutMs: settings.SOCKET_PONG_TIMEOUT,
      connectTimeoutMs,
      reconnectMaxMs: settings.TIDEWAITER_RECONNECT_MAX_MS,
      maxMessageBytes: settings.SOCKET_MAX_RESPONSE_LENGTH,
    },
    dispatcher,
    exchangeMs: settings.TIDEWAITER_EXCHANGE_TIMEOUT_MS,
    maxExchanges: settings.TIDEWAITER_MAX_EXCHANGES,
    maxMessageBytes: settings.TIDEWAITER_MAX_MESSAGE_BODY_BYTES,
    onLineCount: (open) => metrics.connectionsOpen.set(open),
    onLineLost: () => metrics.reconnects.inc(),
    clock: systemClock,
    log,
  });
}

function describeIdentity({ settings, clientId, own, preflight, rules }: Parts): Record<string, unknown> {
  return {
    clientId,
    identifier: own.connection,
    ...(settings.PREFLIGHT_CHECKS_ENABLED && { preflightChecks: preflight.results() }),
    version: PROTOCOL_VERSION,
    clientConfig: { brokerClientId: clientId, version: PROTOCOL_VERSION, ...describeConfig(settings) },
    filters: rules,
  };
}

function dispatchCall({
  settings,
  dispatcher,
  own,
  clientId,
}: Parts): ((signal: AbortSignal) => Promise<string>) | undefined {
  const apiUrl = apiBaseUrl(settings);
  if (!settings.BROKER_HA_MODE_ENABLED || apiUrl === undefined) return undefined;
  const options = {
    apiUrl,
    prefix: settings.DISPATCHER_URL_PREFIX,
    hash: own.connection,
    clientId,
    token: settings.BROKER_TOKEN.reveal(),
    location: settings.BROKER_CLIENT_LOCATION,
    dispatcher,
  };
  return (signal) => askDispatcher(options, signal);
}

function createApp(parts: Parts, tunnel: Tunnel): ReturnType<typeof createHttpApp> {
  const { settings, rules, preflight, metrics, dispatcher, log } = parts;
  const token = settings.BROKER_TOKEN.reveal();
  return createHttpApp({
    log,
    metrics: metrics.metrics,
    errorShape: () => "vendor",
    readiness: () => ({ isReady: tunnel.isOpen, reasons: tunnel.isOpen ? [] : ["the tunnel to the server is down"] }),
    routes: (app) => {
      const systemCheck = createSystemCheck({
        ...parts,
        registry: registryCredentials(settings),
        version: PROTOCOL_VERSION,
      });
      app.use(statusRoutes({ settings, tunnel, rules, version: PROTOCOL_VERSION, preflight, systemCheck }));
      app.use(
        webhookRoute({
          isTunnelOpen: () => tunnel.isOpen,
          send: tunnel.send,
          apiUrl: apiBaseUrl(settings),
          identifier: `${token.slice(0, 4)}-...-${token.slice(-4)}`,
          dispatcher,
        }),
      );
      app.use(
        callbackRoute({
          filter: compileFilter(rules.public),
          send: tunnel.send,
          maxConditionBytes: settings.TIDEWAITER_MAX_MESSAGE_BODY_BYTES,
          onDenied: () => metrics.countDenied("up"),
        }),
      );
    },
  });
}
