import type { TagMetadata } from "@tidewaiter/contract";
import { BrokerError } from "@tidewaiter/runtime";
import { z } from "zod";
import { tagsByHead } from "../distribution/tags-by-head.ts";
import { mapPages, pushDate, vendorPages } from "../vendor-pages.ts";
import type { AdapterContext, AdapterDefinition, RegistryAdapter } from "./adapter.ts";
import { explained, orElse } from "./refusal.ts";
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

type Package = z.output<typeof packagesSchema>[number];
type Version = z.output<typeof versionsSchema>[number];

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

  function packages(path: string, signal?: AbortSignal): AsyncGenerator<readonly string[]> {
    const nameOf = ({ owner, name }: Package): string => `${owner.login}/${name}`.toLowerCase();
    const first = new URL(path, baseUrl);
    return mapPages(
      vendorPages({
        api,
        first,
        schema: packagesSchema,
        items: (page) => page,
        keyOf: nameOf,
        limits,
        call: { signal },
      }),
      nameOf,
    );
  }

  async function* versions(path: string, signal?: AbortSignal): AsyncGenerator<readonly TagMetadata[]> {
    const first = new URL(path, baseUrl);
    const pages = vendorPages({
      api,
      first,
      schema: versionsSchema,
      items: (page) => page,
      keyOf: ({ name }) => name,
      limits,
      call: { signal },
    });
    for await (const page of pages) {
      const tags = page.flatMap(readVersion);
      if (tags.length > 0) yield tags;
    }
  }

  return {
    listRepositories: (signal) => {
      const owner = base.namespace.split("/")[0];
      const query = "packages?package_type=container&per_page=100";
      const pages = owner
        ? orElse(
            packages(`orgs/${owner}/${query}`, signal),
            () => packages(`users/${owner}/${query}`, signal),
            isNotFound,
          )
        : packages(`user/${query}`, signal);
      return explained(pages, "GitHub's API wants a classic token with read:packages");
    },
    listTagsWithMetadata: (repository, signal) => {
      const [owner = "", ...rest] = repository.split("/");
      const path = `packages/container/${encodeURIComponent(rest.join("/"))}/versions?per_page=100`;
      const ofPerson = () => versions(`users/${owner}/${path}`, signal);
      return orElse(orElse(versions(`orgs/${owner}/${path}`, signal), ofPerson, isNotFound), () =>
        tagsByHead(repository, core.listing.tags(repository, signal), core, limits, signal),
      );
    },
  };
}

/** An owner is an organisation or a person, and the API does not say which. */
function isNotFound(error: unknown): boolean {
  return error instanceof BrokerError && error.code === "NOT_FOUND";
}

/** Versions without a tag are the platforms of an index. */
function readVersion({ name, metadata, updated_at, created_at }: Version): TagMetadata[] {
  const tags = metadata?.container?.tags ?? [];
  return tags.map((tag) => ({ tag, digest: name, ...pushDate(updated_at ?? created_at) }));
}
