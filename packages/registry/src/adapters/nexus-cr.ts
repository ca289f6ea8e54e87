import type { TagMetadata } from "@tidewaiter/contract";
import { z } from "zod";
import { basicHeaders } from "../auth/credential.ts";
import { tagsByHead } from "../distribution/tags-by-head.ts";
import { pushDate, vendorPages, withQuery } from "../vendor-pages.ts";
import type { AdapterContext, AdapterDefinition, RegistryAdapter } from "./adapter.ts";
import { orElse } from "./refusal.ts";

const PAGE_SIZE = 100;
const repositoriesSchema = z.array(z.object({ name: z.string(), format: z.string().nullish() }));
const componentSchema = z.object({
  name: z.string(),
  version: z.string().nullish(),
  assets: z
    .array(
      z.object({
        checksum: z.object({ sha256: z.string().nullish() }).nullish(),
        lastModified: z.string().nullish(),
        blobCreated: z.string().nullish(),
      }),
    )
    .nullish(),
});
const componentsSchema = z.object({ items: z.array(componentSchema), continuationToken: z.string().nullish() });
type Component = z.output<typeof componentSchema>;

/**
 * Sonatype Nexus: a path with `repository/` belongs before `/v2/`. Some versions cut lists without a link to the rest. Dates and
 * digests come from the REST API when its address is given (TIDEWAITER_CR_API_URL): it is the user interface's, not the connector's.
 */
export const nexus: AdapterDefinition = {
  type: "nexus-cr",
  isPrefix: (path) => path.startsWith("repository/"),
  limits: { catalogPageSize: PAGE_SIZE, tagPageSize: PAGE_SIZE },
  create: createNexus,
};

function createNexus(context: AdapterContext): RegistryAdapter {
  const { connection, core, limits } = context;
  return {
    listRepositories: (signal) => completed((size) => core.listing.catalog(signal, size)),
    listTags: (repository, signal) => completed((size) => core.listing.tags(repository, signal, size)),
    listTagsWithMetadata: (repository, signal) => {
      const tags = () => completed((size) => core.listing.tags(repository, signal, size));
      const byHead = () => tagsByHead(repository, tags(), core, limits, signal);
      const { apiUrl } = connection;
      return apiUrl ? orElse(componentTags(context, new URL(apiUrl), repository, signal), byHead) : byHead();
    },
  };
}

type Sized = (pageSize?: number | "all") => AsyncIterable<readonly string[]>;

/** A list that ends after one full page may have been cut: it is asked for again without a size (reference, 4.9). */
async function* completed(list: Sized): AsyncGenerator<readonly string[]> {
  const seen = new Set<string>();
  let pages = 0;
  for await (const page of list(PAGE_SIZE)) {
    pages += 1;
    if (pages === 1) for (const name of page) seen.add(name);
    yield page;
  }
  if (pages !== 1 || seen.size !== PAGE_SIZE) return;
  for await (const page of list("all")) {
    const rest = page.filter((name) => !seen.has(name));
    if (rest.length > 0) yield rest;
  }
}

/** Components of every Docker repository that are versions of this image. */
async function* componentTags(
  context: AdapterContext,
  baseUrl: URL,
  image: string,
  signal?: AbortSignal,
): AsyncGenerator<readonly TagMetadata[]> {
  const { base, credentials, limits } = context;
  const api = context.api({ baseUrl, headers: async (at) => basicHeaders(await credentials.current(at)) });
  const named = /\/repository\/([^/]+)\//.exec(base.root.pathname)?.[1];
  const all = named
    ? [{ name: named, format: "docker" }]
    : (await api.call("service/rest/v1/repositories", repositoriesSchema, { signal })).data;
  for (const { name } of all.filter(({ format }) => format === "docker")) {
    const pages = vendorPages({
      api,
      first: withQuery(new URL("service/rest/v1/components", baseUrl), "repository", name),
      schema: componentsSchema,
      items: ({ items }) => items,
      keyOf: (component) => `${component.name}:${component.version}`,
      next: ({ data }, url) =>
        data.continuationToken ? withQuery(url, "continuationToken", data.continuationToken) : undefined,
      limits,
      call: { signal },
    });
    for await (const page of pages) {
      const tags = page.flatMap((component) => (component.name === image ? readComponent(component) : []));
      if (tags.length > 0) yield tags;
    }
  }
}

function readComponent({ version, assets }: Component): TagMetadata[] {
  const [asset] = assets ?? [];
  const sha256 = asset?.checksum?.sha256;
  if (!version) return [];
  return [
    {
      tag: version,
      ...(sha256 && { digest: `sha256:${sha256}` }),
      ...pushDate(asset?.lastModified ?? asset?.blobCreated),
    },
  ];
}
