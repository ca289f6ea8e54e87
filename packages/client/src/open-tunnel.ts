import { getCACertificates } from "node:tls";
import { systemClock } from "@tidewaiter/runtime";
import { compileFilter } from "@tidewaiter/tunnel";
import { createAgentCaller } from "./agent-request.ts";
import { apiBaseUrl } from "./api-address.ts";
import { describeConfig } from "./client-config.ts";
import type { ClientParts } from "./client-parts.ts";
import { tunnelAgent } from "./connect-agent.ts";
import { createDialling } from "./dialling.ts";
import { createDiscovery } from "./discovery.ts";
import { askDispatcher } from "./dispatcher-call.ts";
import { createForwarder, type Forwarder } from "./forwarder.ts";
import { PROTOCOL_VERSION } from "./protocol-version.ts";
import { createTunnel, type Tunnel } from "./tunnel.ts";

/** Dials the server, with everything that comes down going through filter and substitution to the agent. */
export function openTunnel(parts: ClientParts): Tunnel {
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
    forward: createRequestForwarder(parts),
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

function createRequestForwarder({ settings, dispatcher, rules, variables, own, metrics, log }: ClientParts): Forwarder {
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
    isVerbose: settings.LOG_INFO_VERBOSE,
    maxMessageBytes: settings.TIDEWAITER_MAX_MESSAGE_BODY_BYTES,
    onOutcome: (rule, status) =>
      rule === undefined ? metrics.countDenied("down") : metrics.countRequest(rule, status),
    log,
  });
}

function describeIdentity({ settings, clientId, own, preflight, rules }: ClientParts): Record<string, unknown> {
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
}: ClientParts): ((signal: AbortSignal) => Promise<string>) | undefined {
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
