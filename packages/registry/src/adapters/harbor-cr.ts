import type { TagMetadata } from "@tidewaiter/contract";
import { formatPlatform } from "@tidewaiter/oci";
import { BrokerError } from "@tidewaiter/runtime";
import { z } from "zod";
import { basicHeaders } from "../auth/credential.ts";
import { tagsByHead } from "../distribution/tags-by-head.ts";
import { mapPages, pushDate, vendorPages } from "../vendor-pages.ts";
import type { AdapterContext, AdapterDefinition, RegistryAdapter } from "./adapter.ts";
import { isRefusal, orElse } from "./refusal.ts";

const PAGE_SIZE = 100;
const namedSchema = z.array(z.object({ name: z.string() }));
const artifactSchema = z.object({
  type: z.string().nullish(),
  digest: z.string(),
  size: z.number().nullish(),
  manifest_media_type: z.string().nullish(),
  push_time: z.string().nullish(),
  tags: z.array(z.object({ name: z.string(), push_time: z.string().nullish() })).nullish(),
  references: z
    .array(
      z.object({
        platform: z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() }).nullish(),
      }),
    )
    .nullish(),
});

/**
 * Harbor: the catalog is for administrators, so its REST API lists projects and repositories as the account sees them. Where
 * there is no such API (1.x) the catalog is tried.
 */
export const harbor: AdapterDefinition = { type: "harbor-cr", create: createHarbor };

export function createHarbor(context: AdapterContext): RegistryAdapter {
  const { base, connection, core, credentials, limits } = context;
  const baseUrl = new URL("/api/v2.0/", connection.apiUrl ?? base.root);
  const api = context.api({ baseUrl, headers: async (signal) => basicHeaders(await credentials.current(signal)) });
  const url = (path: string, query = ""): URL => new URL(`${path}?page=1&page_size=${PAGE_SIZE}${query}`, baseUrl);
  const names = (path: string, signal?: AbortSignal) =>
    mapPages(
      vendorPages({
        api,
        first: url(path),
        schema: namedSchema,
        items: (page) => page,
        keyOf: ({ name }) => name,
        limits,
        call: { signal },
      }),
      ({ name }) => name,
    );

  async function* repositories(signal?: AbortSignal): AsyncGenerator<readonly string[]> {
    const project = base.namespace.split("/")[0];
    const projects = project ? [[project]] : names("projects", signal);
    for await (const page of projects) {
      for (const name of page) yield* names(`projects/${encodeURIComponent(name)}/repositories`, signal);
    }
  }

  async function* artifacts(repository: string, signal?: AbortSignal): AsyncGenerator<readonly TagMetadata[]> {
    const [project = "", ...rest] = repository.split("/");
    // The API undoes two escapes, so slashes inside a name need two (reference, 4.2).
    const name = encodeURIComponent(encodeURIComponent(rest.join("/")));
    const path = `projects/${encodeURIComponent(project)}/repositories/${name}/artifacts`;
    const pages = vendorPages({
      api,
      first: url(path, "&with_tag=true&with_accessory=false&q=tags%3D*"),
      schema: z.array(artifactSchema),
      items: (page) => page,
      keyOf: ({ digest }) => digest,
      limits,
      call: { signal },
    });
    for await (const page of pages) {
      const tags = page.flatMap(readArtifact);
      if (tags.length > 0) yield tags;
    }
  }

  return {
    listRepositories: (signal) => orElse(repositories(signal), () => core.listing.catalog(signal), isMissingApi),
    listTagsWithMetadata: (repository, signal) =>
      orElse(
        artifacts(repository, signal),
        () => tagsByHead(repository, core.listing.tags(repository, signal), core, limits, signal),
        isMissingApi,
      ),
  };
}

/** Refused or absent: NCR and Harbor 1.x may have no such API, or answer with a web page. */
function isMissingApi(error: unknown): boolean {
  return isRefusal(error) || (error instanceof BrokerError && error.code === "REGISTRY_PROTOCOL");
}

function readArtifact(artifact: z.output<typeof artifactSchema>): TagMetadata[] {
  const platforms = (artifact.references ?? []).flatMap(({ platform }) =>
    platform && platform.architecture !== "unknown" ? [formatPlatform(platform)] : [],
  );
  return (artifact.tags ?? []).map(({ name, push_time: time }) => ({
    tag: name,
    digest: artifact.digest,
    ...(artifact.manifest_media_type && { mediaType: artifact.manifest_media_type }),
    ...(artifact.size && { sizeBytes: artifact.size }),
    ...(platforms.length > 0 && { platforms }),
    ...pushDate(time ?? artifact.push_time),
  }));
}
