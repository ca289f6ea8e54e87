import type { TagMetadata } from "@tidewaiter/contract";
import { z } from "zod";
import { tagsByHead } from "../distribution/tags-by-head.ts";
import type { RegistryLimits } from "../limits.ts";
import { sessionPages } from "../session-pages.ts";
import type { ApiAnswer, VendorApi } from "../vendor-api.ts";
import { mapPages, pushDate, vendorPages, withQuery } from "../vendor-pages.ts";
import type { AdapterContext, AdapterDefinition, RegistryAdapter } from "./adapter.ts";
import { explained, orElse } from "./refusal.ts";
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
  const { base, core, limits } = context;
  return {
    listRepositories: (signal) =>
      explained(repositories(context, signal), "GitLab's API wants a token with read_api; deploy tokens cannot list"),
    listTagsWithMetadata: (repository, signal) => {
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
      return orElse(mapPages(native, readTag), () =>
        tagsByHead(repository, core.listing.tags(repository, signal), core, limits, signal),
      );
    },
  };
}

/** The REST API of the host that the tokens come from. */
interface Rest {
  readonly api: VendorApi;
  readonly root: URL;
  readonly limits: RegistryLimits;
  readonly signal?: AbortSignal;
}

async function* repositories(context: AdapterContext, signal?: AbortSignal): AsyncGenerator<readonly string[]> {
  const { base, connection, core, limits } = context;
  await core.listing.ping(signal);
  const root = new URL("/api/v4/", connection.apiUrl ?? core.realm() ?? base.root);
  const token = connection.apiToken ?? connection.password;
  const headers: Readonly<Record<string, string>> = token ? { "private-token": token.reveal() } : {};
  const rest = { root, limits, signal, api: context.api({ baseUrl: root, headers: async () => headers }) };
  const id = encodeURIComponent(base.namespace);
  // A namespace is a group or a project.
  if (id) yield* orElse(repositoriesBelow(rest, `groups/${id}`), () => repositoriesBelow(rest, `projects/${id}`));
  else yield* ofAllProjects(rest);
}

async function* ofAllProjects(rest: Rest): AsyncGenerator<readonly string[]> {
  const projects = pagesOf(rest, "projects?membership=true&per_page=100", projectsSchema, ({ id }) => String(id));
  for await (const page of projects) {
    const enabled = page.filter((project) => project.container_registry_enabled !== false);
    for (const { id } of enabled) yield* repositoriesBelow(rest, `projects/${id}`);
  }
}

function repositoriesBelow(rest: Rest, path: string): AsyncGenerator<readonly string[]> {
  const pages = pagesOf(rest, `${path}/registry/repositories?per_page=100`, repositoriesSchema, (item) => item.path);
  return mapPages(pages, (item) => item.path);
}

function pagesOf<T>(
  { api, root, limits, signal }: Rest,
  path: string,
  schema: z.ZodType<T[]>,
  keyOf: (item: T) => string,
) {
  const first = new URL(path, root);
  return vendorPages<z.ZodType<T[]>, T>({
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
