import type { TagMetadata } from "@tidewaiter/contract";
import { formatPlatform } from "@tidewaiter/oci";
import { Secret } from "@tidewaiter/runtime";
import { z } from "zod";
import { credentialKey } from "../auth/credential.ts";
import { tagsByHead } from "../distribution/tags-by-head.ts";
import { mapPages, pushDate, vendorPages } from "../vendor-pages.ts";
import type { AdapterContext, AdapterDefinition, RegistryAdapter } from "./adapter.ts";
import { catalogUnsupported, isRefusal } from "./refusal.ts";

const ALIASES = ["docker.io", "index.docker.io", "registry.hub.docker.com", "hub.docker.com", "registry-1.docker.io"];
const API = "https://hub.docker.com";
const API_TOKEN_LIFETIME_MS = 10 * 60_000;

const next = z.string().nullish();
const repositoriesSchema = z.object({ next, results: z.array(z.object({ name: z.string() })) });
const tagSchema = z.object({
  name: z.string(),
  digest: z.string().nullish(),
  full_size: z.number().nullish(),
  last_updated: z.string().nullish(),
  tag_last_pushed: z.string().nullish(),
  images: z
    .array(
      z.object({
        os: z.string().nullish(),
        architecture: z.string().nullish(),
        variant: z.string().nullish(),
        digest: z.string().nullish(),
      }),
    )
    .nullish(),
});
const tagsSchema = z.object({ next, results: z.array(tagSchema) });
type HubTag = z.output<typeof tagSchema>;

/** Docker Hub: its catalog refuses everybody, so listing goes through the Hub API, which costs no pull quota. */
export const dockerHub: AdapterDefinition = {
  type: "docker-hub",
  defaultHost: "registry-1.docker.io",
  aliases: ALIASES,
  tokenHosts: ["auth.docker.io"],
  completeRepository: (repository) => {
    const [first = "", ...rest] = repository.split("/");
    const name = ALIASES.includes(first) ? rest.join("/") : repository;
    return name.includes("/") ? name : `library/${name}`;
  },
  create: createDockerHub,
};

function createDockerHub(context: AdapterContext): RegistryAdapter {
  const { base, core, credentials, limits } = context;
  const baseUrl = new URL(context.connection.apiUrl ?? API);
  const open = context.api({ baseUrl });
  const api = context.api({ baseUrl, headers: authority });

  async function authority(signal?: AbortSignal): Promise<Record<string, string>> {
    const credential = await credentials.current(signal);
    const { username, password } = credential;
    if (!username || !password) return {};
    const fetch = async () => {
      const body = { identifier: username, secret: password.reveal() };
      const { data } = await open.call("/v2/auth/token", z.object({ access_token: z.string() }), { body });
      return { token: new Secret(data.access_token), lifetimeMs: API_TOKEN_LIFETIME_MS };
    };
    const token = await context.tokens.get(`${baseUrl.href}\n${credentialKey(credential)}`, fetch, signal);
    return { authorization: `Bearer ${token.reveal()}` };
  }

  async function namespaces(signal?: AbortSignal): Promise<readonly string[]> {
    if (base.namespace !== "") return [base.namespace];
    if (!context.connection.username)
      throw catalogUnsupported("strangers have no namespace of their own; name one in CR_BASE (docker.io/<namespace>)");
    const schema = z.object({ namespaces: z.array(z.string()) });
    return (await api.call("/v2/repositories/namespaces", schema, { signal })).data.namespaces;
  }

  const follow = <T extends { next?: string | null }>({ data }: { data: T }) =>
    data.next ? new URL(data.next) : undefined;
  const url = (path: string): URL => new URL(`${path}?page=1&page_size=100`, baseUrl);

  return {
    async *listRepositories(signal) {
      try {
        for (const namespace of await namespaces(signal)) {
          const pages = vendorPages({
            api,
            first: url(`/v2/namespaces/${encodeURIComponent(namespace)}/repositories`),
            schema: repositoriesSchema,
            items: ({ results }) => results,
            keyOf: ({ name }) => name,
            next: follow,
            limits,
            call: { signal },
          });
          yield* mapPages(pages, ({ name }) => `${namespace}/${name}`);
        }
      } catch (error) {
        throw isRefusal(error) ? catalogUnsupported("the Hub API refuses these credentials", error) : error;
      }
    },
    async *listTagsWithMetadata(repository, signal) {
      const [namespace = "", ...name] = repository.split("/");
      const path = `/v2/namespaces/${encodeURIComponent(namespace)}/repositories/${encodeURIComponent(name.join("/"))}/tags`;
      try {
        const pages = vendorPages({
          api,
          first: url(path),
          schema: tagsSchema,
          items: ({ results }) => results,
          keyOf: (tag) => tag.name,
          next: follow,
          limits,
          call: { signal },
        });
        yield* mapPages(pages, readTag);
      } catch (error) {
        // Access tokens are refused there at times; the registry itself still knows the tags.
        if (!isRefusal(error)) throw error;
        yield* tagsByHead(repository, core.listing.tags(repository, signal), core, limits, signal);
      }
    },
  };
}

function readTag(tag: HubTag): TagMetadata {
  const images = (tag.images ?? []).filter(({ architecture }) => architecture && architecture !== "unknown");
  const digest = tag.digest ?? (images.length === 1 ? images[0]?.digest : undefined);
  const platforms = images.map(({ os, architecture, variant }) =>
    formatPlatform({ os: os ?? "linux", architecture: architecture ?? "", ...(variant && { variant }) }),
  );
  return {
    tag: tag.name,
    ...(digest && { digest }),
    ...(tag.full_size && { sizeBytes: tag.full_size }),
    ...(platforms.length > 0 && { platforms }),
    ...pushDate(tag.tag_last_pushed ?? tag.last_updated),
  };
}
