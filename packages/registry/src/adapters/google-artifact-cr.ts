import type { TagMetadata } from "@tidewaiter/contract";
import { z } from "zod";
import { mapPages, vendorPages, withQuery } from "../vendor-pages.ts";
import type { AdapterContext, AdapterDefinition, RegistryAdapter } from "./adapter.ts";
import { type GoogleAccess, googleCredentials } from "./google-credentials.ts";
import { dockerImageSchema, mapTags } from "./google-image.ts";
import { headTags, treeTags, walkTree } from "./google-tree.ts";
import { explained, orElse } from "./refusal.ts";

const API = "https://artifactregistry.googleapis.com";
const next = z.string().nullish();
const repositoriesSchema = z.object({
  repositories: z.array(z.object({ name: z.string(), format: z.string().nullish() })).nullish(),
  nextPageToken: next,
});
const packagesSchema = z.object({ packages: z.array(z.object({ name: z.string() })).nullish(), nextPageToken: next });
const imagesSchema = z.object({ dockerImages: z.array(dockerImageSchema).nullish(), nextPageToken: next });

/** Artifact Registry: its catalog is always empty, so packages are listed by Google's API. */
export const googleArtifact: AdapterDefinition = {
  type: "google-artifact-cr",
  tokenHosts: ["oauth2.googleapis.com"],
  credentials: googleCredentials(createGoogleArtifact),
};

function createGoogleArtifact(context: AdapterContext, google: GoogleAccess): RegistryAdapter {
  const { base, connection, limits } = context;
  const baseUrl = new URL(connection.apiUrl ?? API);
  const api = context.api({ baseUrl, headers: google.headers });
  const [project = google.projectId, repository] = base.namespace.split("/").filter((part) => part !== "");
  const location = /^([a-z0-9-]+)-docker\.pkg\.dev$/.exec(base.root.hostname)?.[1] ?? connection.region;
  const parent = `projects/${project}/locations/${location}/repositories`;

  function pages<D extends { nextPageToken?: string | null }, T extends { name: string }>(
    path: string,
    schema: z.ZodType<D>,
    items: (data: D) => readonly T[],
    signal?: AbortSignal,
  ) {
    return vendorPages<z.ZodType<D>, T>({
      api,
      first: new URL(`/v1/${path}?pageSize=1000`, baseUrl),
      schema,
      items,
      keyOf: ({ name }) => name,
      next: ({ data }, url) => (data.nextPageToken ? withQuery(url, "pageToken", data.nextPageToken) : undefined),
      limits,
      call: { signal },
    });
  }

  async function* repositories(signal?: AbortSignal): AsyncGenerator<readonly string[]> {
    if (repository) {
      yield [repository];
      return;
    }
    const docker = pages(
      parent,
      repositoriesSchema,
      (data) => (data.repositories ?? []).filter(({ format }) => format === "DOCKER"),
      signal,
    );
    yield* mapPages(docker, ({ name }) => name.split("/").at(-1));
  }

  async function* images(signal?: AbortSignal): AsyncGenerator<readonly string[]> {
    for await (const page of repositories(signal)) {
      for (const name of page) {
        const packages = pages(`${parent}/${name}/packages`, packagesSchema, (data) => data.packages ?? [], signal);
        const imageOf = (entry: { name: string }): string =>
          decodeURIComponent(entry.name.split("/packages/")[1] ?? "");
        yield* mapPages(packages, (entry) => `${project}/${name}/${imageOf(entry)}`);
      }
    }
  }

  /** The list is of the whole repository, so it is only read where `tags/list` tells the names alone. */
  function imageTags(name: string, signal?: AbortSignal): AsyncIterable<readonly TagMetadata[]> {
    const all = pages(
      `${parent}/${name.split("/")[1]}/dockerImages`,
      imagesSchema,
      (data) => data.dockerImages ?? [],
      signal,
    );
    return mapTags(all, name);
  }

  return {
    listRepositories: (signal) =>
      project && location
        ? explained(images(signal), "the account lacks roles/artifactregistry.reader")
        : walkTree(context, base.namespace || project, signal),
    listTagsWithMetadata: (name, signal) => {
      const byHead = () => headTags(context, name, signal);
      const byApi = () => (location ? orElse(imageTags(name, signal), byHead) : byHead());
      return treeTags(context, name, signal, byApi);
    },
  };
}
