import type { RegistryConnection, TagMetadata } from "@tidewaiter/contract";
import { type Platform, parsePlatform } from "@tidewaiter/oci";
import { BrokerError, type Logger, type OutboundOptions, silentLogger } from "@tidewaiter/runtime";
import type { AdapterContext, AdapterDefinition, RegistryAdapter } from "./adapters/adapter.ts";
import { ADAPTERS } from "./adapters/index.ts";
import { type CredentialSource, fixedCredential } from "./auth/credential.ts";
import { createTokenCache, type TokenCache } from "./auth/token-cache.ts";
import { parseBase, qualifyRepository, type RegistryBase } from "./base-url.ts";
import { createDistribution, type Distribution } from "./distribution/distribution.ts";
import { resolveImage } from "./distribution/resolve.ts";
import { tagsByHead } from "./distribution/tags-by-head.ts";
import { createHostGate, type HostGate } from "./http/host-gate.ts";
import { isQuotaLow } from "./http/quota.ts";
import { createTransport } from "./http/transport.ts";
import { DEFAULT_LIMITS, type RegistryLimits } from "./limits.ts";
import type { Registry } from "./registry.ts";
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
}

export function createRegistryShared(limits: Partial<RegistryLimits> = {}): RegistryShared {
  const { callsPerHost, blobsPerHost, retry } = { ...DEFAULT_LIMITS, ...limits };
  const maxPauseMs = retry.maxRetryAfterMs ?? 0;
  return { tokens: createTokenCache(), gate: createHostGate({ callsPerHost, blobsPerHost, maxPauseMs }) };
}

/**
 * One registry as one set of credentials sees it. Nothing is called before the first method is.
 *
 * @throws {BrokerError} INPUT_INVALID when the connection's address or another option cannot be right.
 */
export function createRegistry(connection: RegistryConnection, options: RegistryOptions = {}): Registry {
  const parts = assemble(connection, options);
  const { core, adapter, definition, limits, baseOf } = parts;
  const preferred = connection.platforms.map(readPlatform);
  const qualify = async (repository: string, signal?: AbortSignal): Promise<string> => {
    const base = await baseOf(signal);
    const complete = base.namespace === "" ? definition.completeRepository : undefined;
    return qualifyRepository(complete?.(repository) ?? repository, base);
  };

  return {
    type: connection.type,
    address: parts.address,
    async *listRepositories(signal) {
      if (connection.repositories.length > 0) {
        yield connection.repositories;
        return;
      }
      const { namespace } = await baseOf(signal);
      const pages = adapter.listRepositories?.(signal) ?? core.listing.catalog(signal);
      for await (const page of pages) {
        const below = namespace === "" ? page : page.filter((name) => isBelow(name, namespace));
        if (below.length > 0) yield below;
      }
    },
    async *listTags(repository, signal) {
      const name = await qualify(repository, signal);
      yield* adapter.listTags?.(name, signal) ?? core.listing.tags(name, signal);
    },
    async *listTagsWithMetadata(repository, signal): AsyncIterable<readonly TagMetadata[]> {
      const name = await qualify(repository, signal);
      yield* adapter.listTagsWithMetadata?.(name, signal) ?? tagsByHead(name, core, limits, signal);
    },
    async headManifest(repository, reference, signal) {
      return core.manifests.head(await qualify(repository, signal), reference, signal);
    },
    async resolve(repository, reference, { platform, signal }) {
      const name = await qualify(repository, signal);
      await assertQuota(core, limits, name, reference, signal);
      return resolveImage(name, reference, { platform, preferred, signal }, { ...core, limits });
    },
    close: parts.close,
  };
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

export function assemble(connection: RegistryConnection, options: RegistryOptions): Assembly {
  const definition = ADAPTERS[connection.type];
  if (!definition) throw new BrokerError("INPUT_INVALID", `registry type ${connection.type} is not known`);
  const limits = { ...DEFAULT_LIMITS, ...definition.limits, ...options.limits };
  const { log = silentLogger, shared = createRegistryShared(limits) } = options;
  const outbound = outboundOf(connection, options.outbound, limits);
  const transport = createTransport(outbound);
  const minted = definition.credentials?.({ connection, transport, tokens: shared.tokens, log });
  const credentials: CredentialSource = minted ?? fixedCredential(connection);
  const parse = (text: string | undefined): RegistryBase =>
    parseBase(text, { isPlainHttp: connection.isPlainHttp, isPrefix: () => false, ...definition });
  const base = parse(connection.base ?? definition.hostOf?.(connection));
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
    policy: {
      get registry() {
        return registryUrl;
      },
      trustedHosts: [...(definition.tokenHosts ?? []), ...connection.tokenHosts],
    },
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

function isBelow(name: string, namespace: string): boolean {
  return name === namespace || name.startsWith(`${namespace}/`);
}

function readPlatform(text: string): Platform {
  const platform = parsePlatform(text);
  if (platform) return platform;
  throw new BrokerError(
    "INPUT_INVALID",
    `TIDEWAITER_CR_PLATFORMS: ${JSON.stringify(text.slice(0, 64))} is no platform`,
  );
}

/** Leaves a reserve of a pull quota to others. A HEAD tells the present state and costs none of it (reference, 4.7). */
async function assertQuota(
  core: Distribution,
  limits: RegistryLimits,
  repository: string,
  reference: string,
  signal?: AbortSignal,
): Promise<void> {
  const known = core.session.quota();
  if (!known || !isQuotaLow(known, limits.quotaReserve)) return;
  await core.manifests.head(repository, reference, signal);
  const quota = core.session.quota() ?? known;
  if (!isQuotaLow(quota, limits.quotaReserve)) return;
  throw new BrokerError(
    "REGISTRY_RATE_LIMITED",
    `${quota.remaining} of ${quota.limit} pulls are left, which is the reserve`,
    {
      retryAfterMs: (quota.windowSeconds ?? 3600) * 1000,
    },
  );
}
