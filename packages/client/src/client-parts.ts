import { createHash, randomUUID } from "node:crypto";
import {
  type AppLogger,
  createDispatcher,
  type Env,
  type OutboundOptions,
  outboundFromEnv,
  type Shutdown,
  systemClock,
} from "@tidewaiter/runtime";
import { createVariables, type RuleFile, type Variables } from "@tidewaiter/tunnel";
import type { Dispatcher } from "undici";
import { apiBaseUrl } from "./api-address.ts";
import { checkCallbackUrl } from "./callback-url-check.ts";
import { type ClientMetrics, createClientMetrics } from "./client-metrics.ts";
import type { OwnHeaders } from "./down-headers.ts";
import { preferReachableFamily } from "./ipv6-check.ts";
import { type Preflight, startPreflight } from "./preflight.ts";
import { PROTOCOL_VERSION } from "./protocol-version.ts";
import { registryCredentials } from "./registry-credentials.ts";
import { loadRules } from "./rules.ts";
import { createServerAddresses, type ServerAddresses } from "./server-address.ts";
import type { ClientSettings } from "./settings.ts";

/** What the parts of a running client share. */
export interface ClientParts {
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

/**
 * Reads rules and credentials, and starts the preflight checks.
 *
 * @throws {BrokerError} CONFIG_INVALID.
 */
export async function createClientParts(
  settings: ClientSettings,
  env: Env,
  log: AppLogger,
  shutdown: Shutdown,
): Promise<ClientParts> {
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
  // Through a proxy it is the proxy's way that counts.
  if (settings.IPV6_CONNECTIVITY_CHECK_ENABLED && !outbound.httpProxy && !outbound.httpsProxy)
    void preferReachableFamily(serverUrl, log);
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
      version: PROTOCOL_VERSION,
      checkCallbackUrl: (signal) => {
        const isTlsCared = settings.BROKER_CLIENT_URL_TLS_TERMINATED || settings.HTTPS_CERT !== undefined;
        return checkCallbackUrl({ callbackUrl: settings.BROKER_CLIENT_URL, isTlsCared, dispatcher, signal });
      },
      dispatcher,
      signal: shutdown.signal,
      clock: systemClock,
    }),
    metrics: createClientMetrics(),
    log,
  };
}
