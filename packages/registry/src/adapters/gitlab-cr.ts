import type { TagMetadata } from "@tidewaiter/contract";
import { z } from "zod";
import { tagsByHead } from "../distribution/tags-by-head.ts";
import { sessionPages } from "../session-pages.ts";
import type { ApiAnswer, VendorApi } from "../vendor-api.ts";
import { mapPages, pushDate, vendorPages, withQuery } from "../vendor-pages.ts";
import type { AdapterContext, AdapterDefinition, RegistryAdapter } from "./adapter.ts";
import { catalogUnsupported, isRefusal } from "./refusal.ts";
import { tokenAlone } from "./token-alone.ts";

const repositoriesSchema = z.array(z.object({ path: z.string() }));
const projectsSchema = z.array(z.object({ id: z.number(), container_registry_enabled: z.boolean().nullish() }));
const tagsSchema = z.array(
  z.object({
    name: z.string(),
    digest: z.string().nullish(),
    media_type: z.string().nullish(),
    size_bytes: z.number().nullish(),
    created_at: z.string().nullish(),
    updated_at: z.string().nullish(),
  }),
);

/**
 * GitLab: the catalog is for administrators, so repositories come from the REST API of the GitLab host, which is where the tokens
 * come from. That wants a token with `read_api`; deploy tokens cannot list. Tags come from `/gitlab/v1` where the registry has it.
 */
export const gitlab: AdapterDefinition = {
  type: "gitlab-cr",
  defaultHost: "registry.gitlab.com",
  credentials: tokenAlone,
  create: createGitLab,
};

function createGitLab(context: AdapterContext): RegistryAdapter {
  const { base, connection, core, limits } = context;
  const token = connection.apiToken ?? connection.password;

  async function restApi(signal?: AbortSignal): Promise<{ api: VendorApi; root: URL }> {
    await core.listing.ping(signal);
    const root = new URL("/api/v4/", connection.apiUrl ?? core.realm() ?? base.root);
    const headers: Readonly<Record<string, string>> = token ? { "private-token": token.reveal() } : {};
    return { root, api: context.api({ baseUrl: root, headers: async () => headers }) };
  }

  function pages<S extends z.ZodType<readonly unknown[]>>(
    api: VendorApi,
    first: URL,
    schema: S,
    keyOf: (item: z.output<S>[number]) => string,
    signal?: AbortSignal,
  ) {
    return vendorPages<S, z.output<S>[number]>({
      api,
      first,
      schema,
      items: (page) => page,
      keyOf,
      next: byNextPage,
      limits,
      call: { signal },
    });
  }

  async function* repositoriesBelow(
    api: VendorApi,
    root: URL,
    path: string,
    signal?: AbortSignal,
  ): AsyncGenerator<readonly string[]> {
    const first = new URL(`${path}/registry/repositories?per_page=100`, root);
    yield* mapPages(
      pages(api, first, repositoriesSchema, (item) => item.path, signal),
      (item) => item.path,
    );
  }

  /** A namespace is a group or a project. */
  async function* ofNamespace(api: VendorApi, root: URL, signal?: AbortSignal): AsyncGenerator<readonly string[]> {
    const id = encodeURIComponent(base.namespace);
    try {
      yield* repositoriesBelow(api, root, `groups/${id}`, signal);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      yield* repositoriesBelow(api, root, `projects/${id}`, signal);
    }
  }

  async function* ofAllProjects(api: VendorApi, root: URL, signal?: AbortSignal): AsyncGenerator<readonly string[]> {
    const first = new URL("projects?membership=true&per_page=100", root);
    for await (const page of pages(api, first, projectsSchema, ({ id }) => String(id), signal)) {
      const enabled = page.filter((project) => project.container_registry_enabled !== false);
      for (const { id } of enabled) yield* repositoriesBelow(api, root, `projects/${id}`, signal);
    }
  }

  return {
    async *listRepositories(signal) {
      try {
        const { api, root } = await restApi(signal);
        yield* base.namespace ? ofNamespace(api, root, signal) : ofAllProjects(api, root, signal);
      } catch (error) {
        throw isRefusal(error)
          ? catalogUnsupported("GitLab's API wants a token with read_api; deploy tokens cannot list", error)
          : error;
      }
    },
    async *listTagsWithMetadata(repository, signal) {
      const native = sessionPages({
        core,
        limits,
        first: new URL(`/gitlab/v1/repositories/${repository}/tags/list/?n=1000`, base.root),
        target: `repository/${repository}`,
        schema: tagsSchema,
        items: (tags) => tags,
        keyOf: ({ name }) => name,
        signal,
      });
      try {
        yield* mapPages(native, readTag);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        yield* tagsByHead(repository, core.listing.tags(repository, signal), core, limits, signal);
      }
    },
  };
}

function byNextPage({ header }: ApiAnswer<unknown>, current: URL): URL | undefined {
  const page = header("x-next-page");
  return page ? withQuery(current, "page", page) : undefined;
}

function readTag(tag: z.output<typeof tagsSchema>[number]): TagMetadata {
  return {
    tag: tag.name,
    ...(tag.digest && { digest: tag.digest }),
    ...(tag.media_type && { mediaType: tag.media_type }),
    ...(tag.size_bytes && { sizeBytes: tag.size_bytes }),
    ...pushDate(tag.updated_at ?? tag.created_at),
  };
}
