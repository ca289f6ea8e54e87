import type { RegistryConnection, TagMetadata } from "@tidewaiter/contract";
import { type Platform, parsePlatform } from "@tidewaiter/oci";
import { BrokerError } from "@tidewaiter/runtime";
import { ADAPTERS } from "./adapters/index.ts";
import { type Assembly, assemble, type RegistryOptions } from "./assembly.ts";
import { qualifyRepository } from "./base-url.ts";
import type { Distribution } from "./distribution/distribution.ts";
import { resolveImage } from "./distribution/resolve.ts";
import { tagsByHead } from "./distribution/tags-by-head.ts";
import { isQuotaLow } from "./http/quota.ts";
import type { RegistryLimits } from "./limits.ts";
import type { Registry } from "./registry.ts";

/**
 * One registry as one set of credentials sees it. Nothing is called before the first method is.
 *
 * @throws {BrokerError} INPUT_INVALID when the connection's address or another option cannot be right.
 */
export function createRegistry(connection: RegistryConnection, options: RegistryOptions = {}): Registry {
  const definition = ADAPTERS[connection.type];
  if ("createRegistry" in definition) return definition.createRegistry(connection);
  return registryOver(assemble(connection, definition, options), connection);
}

/** A registry on pieces that are put together already. */
export function registryOver(parts: Assembly, connection: RegistryConnection): Registry {
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
      yield* adapter.listTagsWithMetadata?.(name, signal) ??
        tagsByHead(name, core.listing.tags(name, signal), core, limits, signal);
    },
    async headManifest(repository, reference, signal) {
      return core.manifests.head(await qualify(repository, signal), reference, signal);
    },
    async resolve(repository, reference, { platform, signal }) {
      const name = await qualify(repository, signal);
      await assertQuota(core, limits, name, reference, signal);
      return resolveImage(name, reference, { platform, preferred, signal }, { ...core, limits });
    },
    async listReferrers(repository, digest, signal) {
      return core.referrers(await qualify(repository, signal), digest, signal);
    },
    close: parts.close,
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
