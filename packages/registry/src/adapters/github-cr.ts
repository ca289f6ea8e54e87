import { BrokerError } from "@tidewaiter/runtime";
import { z } from "zod";
import { tagsByHead } from "../distribution/tags-by-head.ts";
import { mapPages, pushDate, vendorPages } from "../vendor-pages.ts";
import type { AdapterContext, AdapterDefinition, RegistryAdapter } from "./adapter.ts";
import { catalogUnsupported, isRefusal } from "./refusal.ts";
import { tokenAlone } from "./token-alone.ts";

const packagesSchema = z.array(z.object({ name: z.string(), owner: z.object({ login: z.string() }) }));
const versionsSchema = z.array(
  z.object({
    name: z.string(),
    created_at: z.string().nullish(),
    updated_at: z.string().nullish(),
    metadata: z.object({ container: z.object({ tags: z.array(z.string()) }).nullish() }).nullish(),
  }),
);

/** GitHub's registry: it has no catalog, so packages are listed by the REST API, which wants a classic token with `read:packages`. */
export const github: AdapterDefinition = {
  type: "github-cr",
  defaultHost: "ghcr.io",
  // It answers 429 to signed-in callers who ask for many manifests at once.
  limits: { callsPerHost: 2 },
  credentials: tokenAlone,
  create: createGitHub,
};

/** `api.github.com` for ghcr.io; on GitHub Enterprise `containers.<host>` belongs to `<host>/api/v3`, or `api.<host>` on ghe.com. */
function apiOf(host: string): string {
  const parent = host.replace(/^containers\./, "");
  if (host === "ghcr.io") return "https://api.github.com/";
  return parent.endsWith(".ghe.com") ? `https://api.${parent}/` : `https://${parent}/api/v3/`;
}

function createGitHub(context: AdapterContext): RegistryAdapter {
  const { base, connection, core, limits } = context;
  const baseUrl = new URL(connection.apiUrl ?? apiOf(base.root.host));
  const token = connection.apiToken ?? connection.password;
  const headers = {
    accept: "application/vnd.github+json",
    ...(token && { authorization: `Bearer ${token.reveal()}` }),
  };
  const api = context.api({ baseUrl, headers: async () => headers });

  /** The first path that is there: an owner is an organisation or a person, and the API does not say which. */
  async function* firstFound<T>(
    paths: readonly string[],
    read: (url: URL) => AsyncIterable<readonly T[]>,
  ): AsyncGenerator<readonly T[]> {
    for (const [index, path] of paths.entries()) {
      try {
        yield* read(new URL(path, baseUrl));
        return;
      } catch (error) {
        const isLast = index === paths.length - 1;
        if (isLast || !(error instanceof BrokerError) || error.code !== "NOT_FOUND") throw error;
      }
    }
  }

  return {
    async *listRepositories(signal) {
      const owner = base.namespace.split("/")[0];
      const query = "packages?package_type=container&per_page=100";
      const paths = owner ? [`orgs/${owner}/${query}`, `users/${owner}/${query}`] : [`user/${query}`];
      try {
        const pages = firstFound(paths, (first) =>
          vendorPages({
            api,
            first,
            schema: packagesSchema,
            items: (packages) => packages,
            keyOf: ({ owner: { login }, name }) => `${login}/${name}`,
            limits,
            call: { signal },
          }),
        );
        yield* mapPages(pages, ({ owner: { login }, name }) => `${login}/${name}`.toLowerCase());
      } catch (error) {
        throw isRefusal(error)
          ? catalogUnsupported("GitHub's API wants a classic token with read:packages", error)
          : error;
      }
    },
    async *listTagsWithMetadata(repository, signal) {
      const [owner = "", ...rest] = repository.split("/");
      const path = `packages/container/${encodeURIComponent(rest.join("/"))}/versions?per_page=100`;
      try {
        const pages = firstFound([`orgs/${owner}/${path}`, `users/${owner}/${path}`], (first) =>
          vendorPages({
            api,
            first,
            schema: versionsSchema,
            items: (versions) => versions,
            keyOf: ({ name }) => name,
            limits,
            call: { signal },
          }),
        );
        for await (const page of pages) {
          // Versions without a tag are the platforms of an index.
          const tags = page.flatMap(({ name, metadata, updated_at, created_at }) =>
            (metadata?.container?.tags ?? []).map((tag) => ({
              tag,
              digest: name,
              ...pushDate(updated_at ?? created_at),
            })),
          );
          if (tags.length > 0) yield tags;
        }
      } catch (error) {
        if (!isRefusal(error)) throw error;
        yield* tagsByHead(repository, core.listing.tags(repository, signal), core, limits, signal);
      }
    },
  };
}
