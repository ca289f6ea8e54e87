import type { TagMetadata } from "@tidewaiter/contract";
import { z } from "zod";
import { fixedCredential } from "../auth/credential.ts";
import { tagsByHead } from "../distribution/tags-by-head.ts";
import { mapPages, pushDate, vendorPages } from "../vendor-pages.ts";
import type {
  AdapterContext,
  AdapterDefinition,
  CredentialContext,
  MintedCredentials,
  RegistryAdapter,
} from "./adapter.ts";
import { explained, orElse } from "./refusal.ts";

const API = "https://api.digitalocean.com";
const links = z.object({ pages: z.object({ next: z.string().nullish() }).nullish() }).nullish();
const repositoriesSchema = z.object({ repositories: z.array(z.object({ name: z.string() })).nullish(), links });
const tagSchema = z.object({
  tag: z.string(),
  manifest_digest: z.string().nullish(),
  compressed_size_bytes: z.number().nullish(),
  updated_at: z.string().nullish(),
});
const tagsSchema = z.object({ tags: z.array(tagSchema).nullish(), links });

/** DigitalOcean: one token is user, password and key of the API, whose names lack the registry's (reference, 4.11). */
export const digitalOcean: AdapterDefinition = {
  type: "digitalocean-cr",
  defaultHost: "registry.digitalocean.com",
  tokenHosts: ["api.digitalocean.com"],
  credentials: tokenTwice,
  create: createDigitalOcean,
};

function tokenTwice({ connection: { username, password, apiToken } }: CredentialContext): MintedCredentials {
  const token = password ?? apiToken;
  return fixedCredential({ username: username ?? token?.reveal(), password: token });
}

function createDigitalOcean(context: AdapterContext): RegistryAdapter {
  const { base, connection, core, limits } = context;
  const baseUrl = new URL(connection.apiUrl ?? API);
  const token = connection.apiToken ?? connection.password;
  const headers: Readonly<Record<string, string>> = token ? { authorization: `Bearer ${token.reveal()}` } : {};
  const api = context.api({ baseUrl, headers: async () => headers });
  const follow = ({ data }: { data: { links?: z.output<typeof links> } }): URL | undefined =>
    data.links?.pages?.next ? new URL(data.links.pages.next) : undefined;

  async function registryName(signal?: AbortSignal): Promise<string> {
    const named = base.namespace.split("/")[0];
    if (named) return named;
    const schema = z.object({ registry: z.object({ name: z.string() }) });
    return (await api.call("/v2/registry", schema, { signal })).data.registry.name;
  }

  async function* repositories(signal?: AbortSignal): AsyncGenerator<readonly string[]> {
    const registry = await registryName(signal);
    const pages = vendorPages({
      api,
      first: new URL(`/v2/registry/${registry}/repositoriesV2?per_page=100`, baseUrl),
      schema: repositoriesSchema,
      items: (page) => page.repositories ?? [],
      keyOf: ({ name }) => name,
      next: follow,
      limits,
      call: { signal },
    });
    yield* mapPages(pages, ({ name }) => `${registry}/${name}`);
  }

  return {
    listRepositories: (signal) => explained(repositories(signal), "DigitalOcean's API refuses the token"),
    listTagsWithMetadata: (repository, signal) => {
      const [registry = "", ...rest] = repository.split("/");
      const name = encodeURIComponent(rest.join("/"));
      const pages = vendorPages({
        api,
        first: new URL(`/v2/registry/${registry}/repositories/${name}/tags?per_page=100`, baseUrl),
        schema: tagsSchema,
        items: ({ tags }) => tags ?? [],
        keyOf: ({ tag }) => tag,
        next: follow,
        limits,
        call: { signal },
      });
      return orElse(mapPages(pages, readTag), () =>
        tagsByHead(repository, core.listing.tags(repository, signal), core, limits, signal),
      );
    },
  };
}

function readTag({
  tag,
  manifest_digest: digest,
  compressed_size_bytes: size,
  updated_at: time,
}: z.output<typeof tagSchema>): TagMetadata {
  return { tag, ...(digest && { digest }), ...(size && { sizeBytes: size }), ...pushDate(time) };
}
