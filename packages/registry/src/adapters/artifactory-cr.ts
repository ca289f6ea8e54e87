import type { TagMetadata } from "@tidewaiter/contract";
import { BrokerError } from "@tidewaiter/runtime";
import { z } from "zod";
import { basicHeaders } from "../auth/credential.ts";
import { sessionPages } from "../session-pages.ts";
import type { VendorApi } from "../vendor-api.ts";
import { mapPages, pushDate } from "../vendor-pages.ts";
import type { AdapterContext, AdapterDefinition, RegistryAdapter } from "./adapter.ts";
import { queriedTag, queryTags, type StoredManifest } from "./artifactory-query.ts";
import { isRefusal } from "./refusal.ts";

const API_PATH = /^(.*\/)?api\/(docker|oci)\/([^/]+)$/;
const repositoriesSchema = z.array(z.object({ key: z.string(), packageType: z.string().nullish() }));
const catalogSchema = z.object({ repositories: z.array(z.string()).nullish() });
const itemSchema = z.object({
  lastModified: z.string().nullish(),
  checksums: z.object({ sha256: z.string().nullish() }).nullish(),
});

/**
 * JFrog Artifactory: a base with `api/docker/<key>` is one repository's own root; otherwise the first part of a name is the
 * repository's key, and each key has a catalog of its own. Dates come from one query in Artifactory's language, and from the
 * storage API, one call for each tag, where queries are not allowed.
 */
export const artifactory: AdapterDefinition = {
  type: "artifactory-cr",
  isPrefix: (path) => API_PATH.test(path),
  deadEnds: { "landing.jfrog.com": "the Artifactory instance is deactivated: JFrog sends its callers to a sales page" },
  create: createArtifactory,
};

function createArtifactory(context: AdapterContext): RegistryAdapter {
  const { base, connection, core, credentials, limits } = context;
  const prefixKey = API_PATH.exec(base.root.pathname.replace(/\/v2\/$/, ""))?.[3];
  const apiRoot = new URL("/artifactory/api/", connection.apiUrl ?? base.root);
  const api = context.api({
    baseUrl: apiRoot,
    headers: async (signal) => basicHeaders(await credentials.current(signal)),
  });

  async function* catalogOf(key: string, signal?: AbortSignal): AsyncGenerator<readonly string[]> {
    const pages = sessionPages({
      core,
      limits,
      first: new URL(`/artifactory/api/docker/${key}/v2/_catalog?n=${limits.catalogPageSize}`, base.root),
      target: `catalog/${key}`,
      schema: catalogSchema,
      items: ({ repositories }) => repositories ?? [],
      keyOf: (name) => name,
      signal,
    });
    yield* mapPages(pages, (name) => `${key}/${name}`);
  }

  async function dockerKeys(signal?: AbortSignal): Promise<readonly string[]> {
    const key = base.namespace.split("/")[0];
    if (key) return [key];
    const { data } = await api.call("repositories", repositoriesSchema, { signal });
    return data.flatMap(({ key: name, packageType }) => (/^(docker|oci)$/i.test(packageType ?? "") ? [name] : []));
  }

  return {
    async *listRepositories(signal) {
      if (prefixKey) {
        yield* core.listing.catalog(signal);
        return;
      }
      try {
        for (const key of await dockerKeys(signal)) yield* catalogOf(key, signal);
      } catch (error) {
        // Some proxies let only /v2/ through.
        if (!isRefusal(error)) throw error;
        yield* core.listing.catalog(signal);
      }
    },
    async *listTagsWithMetadata(repository, signal) {
      const path = prefixKey ? `${prefixKey}/${repository}` : repository;
      let queried: ReadonlyMap<string, StoredManifest> | undefined;
      for await (const page of core.listing.tags(repository, signal)) {
        queried ??= await queryTags({ api, path, limits, signal });
        for (let start = 0; start < page.length; start += limits.callsPerHost) {
          const some = page.slice(start, start + limits.callsPerHost);
          yield await Promise.all(
            some.map((tag) => queriedTag(tag, queried) ?? storedTag(api, path, tag, context, repository, signal)),
          );
        }
      }
    },
  };
}

/** What the storage API keeps of a tag: of an image's manifest, or of an index. Its HEAD where there is neither. */
async function storedTag(
  api: VendorApi,
  path: string,
  tag: string,
  { core }: AdapterContext,
  repository: string,
  signal?: AbortSignal,
): Promise<TagMetadata> {
  for (const file of ["manifest.json", "list.manifest.json"]) {
    try {
      const { data } = await api.call(`storage/${path}/${tag}/${file}`, itemSchema, { signal });
      const sha256 = data.checksums?.sha256;
      if (sha256) return { tag, digest: `sha256:${sha256}`, ...pushDate(data.lastModified) };
    } catch (error) {
      if (!(error instanceof BrokerError) || !isRefusal(error)) throw error;
    }
  }
  const { digest, mediaType } = await core.manifests.head(repository, tag, signal);
  return { tag, digest, mediaType };
}
