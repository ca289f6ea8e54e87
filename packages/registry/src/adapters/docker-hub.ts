import type { TagMetadata } from "@tidewaiter/contract";
import { formatPlatform } from "@tidewaiter/oci";
import { Secret } from "@tidewaiter/runtime";
import { z } from "zod";
import { credentialKey } from "../auth/credential.ts";
import { tagsByHead } from "../distribution/tags-by-head.ts";
import type { VendorApi } from "../vendor-api.ts";
import { mapPages, pushDate, vendorPages } from "../vendor-pages.ts";
import type { AdapterContext, AdapterDefinition, RegistryAdapter } from "./adapter.ts";
import { catalogUnsupported, explained, orElse } from "./refusal.ts";

const ALIASES = ["docker.io", "index.docker.io", "registry.hub.docker.com", "hub.docker.com", "registry-1.docker.io"];
const API = "https://hub.docker.com";
const API_TOKEN_LIFETIME_MS = 10 * 60_000;

const next = z.string().nullish();
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
/** Repositories and tags both: what one has, the other leaves out. */
const pageSchema = z.object({ next, results: z.array(tagSchema) });
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
  const { core, limits } = context;
  const baseUrl = new URL(context.connection.apiUrl ?? API);
  const api = context.api({ baseUrl, headers: hubAuthority(context, baseUrl) });
  const pages = (path: string, signal?: AbortSignal) =>
    vendorPages({
      api,
      first: new URL(`${path}?page=1&page_size=100`, baseUrl),
      schema: pageSchema,
      items: ({ results }) => results,
      keyOf: ({ name }) => name,
      next: ({ data }) => (data.next ? new URL(data.next) : undefined),
      limits,
      call: { signal },
    });

  async function* repositories(signal?: AbortSignal): AsyncGenerator<readonly string[]> {
    for (const namespace of await namespacesOf(context, api, signal)) {
      const path = `/v2/namespaces/${encodeURIComponent(namespace)}/repositories`;
      yield* mapPages(pages(path, signal), ({ name }) => `${namespace}/${name}`);
    }
  }

  return {
    listRepositories: (signal) => explained(repositories(signal), "the Hub API refuses these credentials"),
    listTagsWithMetadata: (repository, signal) => {
      const [namespace = "", ...name] = repository.split("/");
      const path = `/v2/namespaces/${encodeURIComponent(namespace)}/repositories/${encodeURIComponent(name.join("/"))}/tags`;
      // Access tokens are refused there at times; the registry itself still knows the tags.
      return orElse(mapPages(pages(path, signal), readTag), () =>
        tagsByHead(repository, core.listing.tags(repository, signal), core, limits, signal),
      );
    },
  };
}

/** The Hub API's own bearer tokens, for ten minutes each. */
function hubAuthority({ api, credentials, tokens }: AdapterContext, baseUrl: URL) {
  const open = api({ baseUrl });
  return async (signal?: AbortSignal): Promise<Readonly<Record<string, string>>> => {
    const credential = await credentials.current(signal);
    const { username, password } = credential;
    if (!username || !password) return {};
    const fetch = async () => {
      const body = { identifier: username, secret: password.reveal() };
      const { data } = await open.call("/v2/auth/token", z.object({ access_token: z.string() }), { body });
      return { token: new Secret(data.access_token), lifetimeMs: API_TOKEN_LIFETIME_MS };
    };
    const token = await tokens.get(`${baseUrl.href}\n${credentialKey(credential)}`, fetch, signal);
    return { authorization: `Bearer ${token.reveal()}` };
  };
}

async function namespacesOf(
  { base, connection }: AdapterContext,
  api: VendorApi,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  if (base.namespace !== "") return [base.namespace];
  if (!connection.username) {
    throw catalogUnsupported("strangers have no namespace of their own; name one in CR_BASE (docker.io/<namespace>)");
  }
  const schema = z.object({ namespaces: z.array(z.string()) });
  return (await api.call("/v2/repositories/namespaces", schema, { signal })).data.namespaces;
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
