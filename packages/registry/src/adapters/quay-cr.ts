import type { TagMetadata } from "@tidewaiter/contract";
import { z } from "zod";
import { isAnonymous } from "../auth/credential.ts";
import { tagsByHead } from "../distribution/tags-by-head.ts";
import { mapPages, pushDate, vendorPages, withQuery } from "../vendor-pages.ts";
import type { AdapterContext, AdapterDefinition, RegistryAdapter } from "./adapter.ts";
import { catalogUnsupported, orElse } from "./refusal.ts";

const repositoriesSchema = z.object({
  repositories: z.array(z.object({ namespace: z.string(), name: z.string() })),
  next_page: z.string().nullish(),
});
const tagSchema = z.object({
  name: z.string(),
  manifest_digest: z.string().nullish(),
  size: z.number().nullish(),
  start_ts: z.number().nullish(),
});
const tagsSchema = z.object({ tags: z.array(tagSchema), has_additional: z.boolean().nullish() });

/**
 * Quay: robots pull, but its own API wants an OAuth token (TIDEWAITER_CR_API_TOKEN). Without one the catalog is read, never as a
 * stranger, since strangers are shown an empty one.
 */
export const quay: AdapterDefinition = {
  type: "quay-cr",
  defaultHost: "quay.io",
  // 429 comes without a time to wait, so the first wait is long (reference, 4.8).
  limits: { retry: { attempts: 5, baseMs: 5_000, capMs: 60_000, maxRetryAfterMs: 300_000 } },
  create: createQuay,
};

function createQuay(context: AdapterContext): RegistryAdapter {
  const { base, connection, core, credentials, limits } = context;
  const { apiToken } = connection;
  const baseUrl = new URL(connection.apiUrl ?? base.root.origin);
  const headers: Readonly<Record<string, string>> = apiToken ? { authorization: `Bearer ${apiToken.reveal()}` } : {};
  const api = context.api({ baseUrl, headers: async () => headers });
  // A robot's name begins with its namespace.
  const namespace = base.namespace || connection.username?.split("+")[0];

  return {
    async *listRepositories(signal) {
      if (!apiToken || !namespace) {
        if (isAnonymous(await credentials.current(signal))) {
          throw catalogUnsupported("Quay shows strangers an empty list");
        }
        yield* core.listing.catalog(signal);
        return;
      }
      const pages = vendorPages({
        api,
        first: withQuery(new URL("/api/v1/repository", baseUrl), "namespace", namespace),
        schema: repositoriesSchema,
        items: ({ repositories }) => repositories,
        keyOf: ({ name }) => name,
        next: ({ data }, url) => (data.next_page ? withQuery(url, "next_page", data.next_page) : undefined),
        limits,
        call: { signal },
      });
      yield* mapPages(pages, (repository) => `${repository.namespace}/${repository.name}`);
    },
    listTagsWithMetadata: (repository, signal) => {
      const pages = vendorPages({
        api,
        first: new URL(`/api/v1/repository/${repository}/tag/?limit=100&onlyActiveTags=true&page=1`, baseUrl),
        schema: tagsSchema,
        items: ({ tags }) => tags,
        keyOf: ({ name }) => name,
        next: ({ data }, url) =>
          data.has_additional ? withQuery(url, "page", Number(url.searchParams.get("page")) + 1) : undefined,
        limits,
        call: { signal },
      });
      return orElse(mapPages(pages, readTag), () =>
        tagsByHead(repository, core.listing.tags(repository, signal), core, limits, signal),
      );
    },
  };
}

function readTag(tag: z.output<typeof tagSchema>): TagMetadata {
  return {
    tag: tag.name,
    ...(tag.manifest_digest && { digest: tag.manifest_digest }),
    ...(tag.size && { sizeBytes: tag.size }),
    ...pushDate(tag.start_ts && tag.start_ts * 1000),
  };
}
