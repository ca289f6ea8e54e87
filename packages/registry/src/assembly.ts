import { REGISTRY_TYPES, type RegistryConnection, type RegistryType } from "@tidewaiter/contract";
import { configInvalid, type Env, type Logger, type OutboundOptions, silentLogger } from "@tidewaiter/runtime";
import type { AdapterContext, AdapterDefinition, RegistryAdapter } from "./adapters/adapter.ts";
import { type CredentialSource, connectionCredential, fixedCredential } from "./auth/credential.ts";
import { createTokenCache, type TokenCache } from "./auth/token-cache.ts";
import { parseBase, type RegistryBase } from "./base-url.ts";
import { createDistribution, type Distribution } from "./distribution/distribution.ts";
import { createHostGate, type HostGate } from "./http/host-gate.ts";
import { createTransport } from "./http/transport.ts";
import { isAddressAllowed, type UrlPolicy } from "./http/url-policy.ts";
import { DEFAULT_LIMITS, type RegistryLimits } from "./limits.ts";
import { createVendorApi } from "./vendor-api.ts";

/** What all registries of one process have in common, so that jobs share tokens and do not crowd a host. */
export interface RegistryShared {
  readonly tokens: TokenCache;
  readonly gate: HostGate;
}

export interface RegistryOptions {
  readonly outbound?: OutboundOptions;
  readonly log?: Logger;
  readonly limits?: Partial<RegistryLimits>;
  /** One for each process; a registry of its own when left out. */
  readonly shared?: RegistryShared;
  /** Addresses of vendors' own APIs for connections that name none, as `apiUrlsFromEnv` reads them. */
  readonly apiUrls?: ApiUrls;
}

export type ApiUrls = Readonly<Partial<Record<RegistryType, string>>>;

/**
 * `TIDEWAITER_<TYPE>_API_URL` of each type: `TIDEWAITER_GITHUB_CR_API_URL`, `TIDEWAITER_DOCKER_HUB_API_URL` ...
 *
 * @throws {BrokerError} CONFIG_INVALID, naming every variable that holds no http(s) address.
 */
export function apiUrlsFromEnv(env: Env): ApiUrls {
  const named = REGISTRY_TYPES.map(
    (type) => [type, `TIDEWAITER_${type.toUpperCase().replaceAll("-", "_")}_API_URL`] as const,
  );
  const set = named.flatMap(([type, name]) => (env[name] ? [{ type, name, url: env[name] }] : []));
  const wrong = set.filter(({ url }) => !/^https?:$/.test(URL.parse(url)?.protocol ?? ""));
  if (wrong.length > 0) throw configInvalid(wrong.map(({ name }) => ({ path: name, reason: "is no http(s) address" })));
  return Object.fromEntries(set.map(({ type, url }) => [type, url]));
}

export function createRegistryShared(limits: Partial<RegistryLimits> = {}): RegistryShared {
  const { callsPerHost, blobsPerHost, retry } = { ...DEFAULT_LIMITS, ...limits };
  const maxPauseMs = retry.maxRetryAfterMs ?? 0;
  return { tokens: createTokenCache(), gate: createHostGate({ callsPerHost, blobsPerHost, maxPauseMs }) };
}

/** The pieces below a registry; the check engine looks at them one by one. */
export interface Assembly {
  readonly definition: AdapterDefinition;
  readonly adapter: RegistryAdapter;
  readonly core: Distribution;
  readonly limits: RegistryLimits;
  readonly address: string;
  readonly registryUrl: URL;
  readonly outbound: OutboundOptions;
  baseOf(signal?: AbortSignal): Promise<RegistryBase>;
  close(): Promise<void>;
}

export function assemble(given: RegistryConnection, definition: AdapterDefinition, options: RegistryOptions): Assembly {
  const connection = { ...given, apiUrl: given.apiUrl ?? options.apiUrls?.[given.type] };
  const limits = { ...DEFAULT_LIMITS, ...definition.limits, ...options.limits };
  const { log = silentLogger, shared = createRegistryShared(limits) } = options;
  const policy: UrlPolicy = {
    get registry() {
      return registryUrl;
    },
    deadEnds: definition.deadEnds,
    trustedHosts: [...(definition.tokenHosts ?? []), ...connection.tokenHosts],
  };
  const outbound = outboundOf(connection, options.outbound, limits);
  const transport = createTransport({
    ...outbound,
    isAddressAllowed: (hostname, address) => isAddressAllowed(hostname, address, policy),
  });
  const parse = (text: string | undefined): RegistryBase =>
    parseBase(text, { isPlainHttp: connection.isPlainHttp, isPrefix: () => false, ...definition });
  const base = parse(connection.base ?? definition.hostOf?.(connection));
  const minted = definition.credentials?.({ connection, base, limits, transport, tokens: shared.tokens, log });
  const credentials: CredentialSource = minted ?? fixedCredential(connectionCredential(connection));
  if (!connection.isTlsVerified) log.warn("registry certificate is not verified", { registry: base.address });
  if (base.root.protocol === "http:") log.warn("registry is called without TLS", { registry: base.address });
  let registryUrl = base.root;
  const baseOf = async (signal?: AbortSignal): Promise<RegistryBase> => {
    const current = minted?.base ? parse(await minted.base(signal)) : base;
    registryUrl = current.root;
    return current;
  };
  if (definition.limits?.callsPerHost) shared.gate.restrict(base.root.host, definition.limits.callsPerHost);
  const core = createDistribution({
    connection,
    rootOf: async (signal) => (await baseOf(signal)).root,
    policy,
    credentials,
    transport,
    limits,
    log,
    ...shared,
  });
  const api = { dispatcher: transport.dispatcher, gate: shared.gate, limits, scrub: core.scrub };
  const context: AdapterContext = {
    connection,
    base,
    core,
    credentials,
    tokens: shared.tokens,
    limits,
    log,
    api: (apiOptions) => createVendorApi(apiOptions, api),
  };
  const adapter = minted?.create?.(context) ?? definition.create?.(context) ?? {};
  return {
    definition,
    adapter,
    core,
    limits,
    outbound,
    address: base.address,
    registryUrl: base.root,
    baseOf,
    close: transport.close,
  };
}

function outboundOf(
  connection: RegistryConnection,
  outbound: OutboundOptions = {},
  limits: RegistryLimits,
): OutboundOptions {
  return {
    ...outbound,
    ca: [outbound.ca, connection.ca?.replaceAll("\\n", "\n")].filter(Boolean).join("\n") || undefined,
    rejectUnauthorized: connection.isTlsVerified && outbound.rejectUnauthorized !== false,
    connectTimeoutMs: limits.connectTimeoutMs,
    headersTimeoutMs: limits.headersTimeoutMs,
    bodyTimeoutMs: limits.idleTimeoutMs,
  };
}
