import type { TagMetadata } from "@tidewaiter/contract";
import { formatPlatform } from "@tidewaiter/oci";
import { z } from "zod";
import { fixedCredential } from "../auth/credential.ts";
import { tagsByHead } from "../distribution/tags-by-head.ts";
import { sessionPages } from "../session-pages.ts";
import { collectFacts } from "../vendor-facts.ts";
import { pushDate } from "../vendor-pages.ts";
import { entraCredentials, isEntraToken } from "./acr-entra.ts";
import type {
  AdapterContext,
  AdapterDefinition,
  CredentialContext,
  MintedCredentials,
  RegistryAdapter,
} from "./adapter.ts";
import { catalogUnsupported, isRefusal, orElse } from "./refusal.ts";

/** The user name that says: the password is a token. */
const NULL_GUID = "00000000-0000-0000-0000-000000000000";

const tagSchema = z.object({
  name: z.string(),
  digest: z.string().nullish(),
  createdTime: z.string().nullish(),
  lastUpdateTime: z.string().nullish(),
});
const manifestSchema = z.object({
  digest: z.string(),
  imageSize: z.number().nullish(),
  os: z.string().nullish(),
  architecture: z.string().nullish(),
  mediaType: z.string().nullish(),
});
const tagsSchema = z.object({ tags: z.array(tagSchema).nullish() });
const manifestsSchema = z.object({ manifests: z.array(manifestSchema).nullish() });
type Manifest = z.output<typeof manifestSchema>;

/** Azure Container Registry: tokens under a null user, and an empty catalog for tokens with a narrow scope map. */
export const acr: AdapterDefinition = { type: "acr", credentials: createAcrCredentials, create: createAcr };

function createAcrCredentials(context: CredentialContext): MintedCredentials {
  const { username, password } = context.connection;
  if (username !== NULL_GUID || !password) return fixedCredential({ username, password });
  return isEntraToken(password)
    ? entraCredentials(password, username, context)
    : fixedCredential({ username, identityToken: password });
}

function createAcr(context: AdapterContext): RegistryAdapter {
  const { core, limits } = context;
  return {
    async *listRepositories(signal) {
      let isEmpty = true;
      for await (const page of core.listing.catalog(signal)) {
        isEmpty = false;
        yield page;
      }
      if (isEmpty)
        throw catalogUnsupported("the catalog is empty, as it is for tokens whose scope map does not cover everything");
    },
    listTagsWithMetadata: (repository, signal) =>
      orElse(describedTags(context, repository, signal), () =>
        tagsByHead(repository, core.listing.tags(repository, signal), core, limits, signal),
      ),
  };
}

/** Tags with their dates, joined by digest with what is known of manifests (reference, 4.3). */
async function* describedTags(
  context: AdapterContext,
  repository: string,
  signal?: AbortSignal,
): AsyncGenerator<readonly TagMetadata[]> {
  const options = metadataPages(context, repository, signal);
  const tags = sessionPages({
    ...options("_tags"),
    schema: tagsSchema,
    items: (page) => page.tags ?? [],
    keyOf: ({ name }) => name,
  });
  let manifests: ReadonlyMap<string, Manifest> | undefined;
  for await (const page of tags) {
    manifests ??= await readManifests(options("_manifests"));
    yield page.map((tag) => describe(tag, manifests?.get(tag.digest ?? "")));
  }
}

type Options = ReturnType<ReturnType<typeof metadataPages>>;

function metadataPages({ base, core, limits }: AdapterContext, repository: string, signal?: AbortSignal) {
  return (list: "_tags" | "_manifests") => ({
    core,
    limits,
    first: new URL(`/acr/v1/${repository}/${list}?n=100`, base.root),
    // Metadata is another right than pulling, so its scope is kept apart.
    target: `metadata/${repository}`,
    signal,
  });
}

async function readManifests(options: Options): Promise<ReadonlyMap<string, Manifest>> {
  const pages = sessionPages({
    ...options,
    schema: manifestsSchema,
    items: (page) => page.manifests ?? [],
    keyOf: ({ digest }) => digest,
  });
  try {
    return await collectFacts(pages, ({ digest }) => digest);
  } catch (error) {
    if (isRefusal(error)) return new Map();
    throw error;
  }
}

function describe(
  { name, digest, createdTime, lastUpdateTime }: z.output<typeof tagSchema>,
  manifest: Manifest | undefined,
): TagMetadata {
  const { imageSize, mediaType, os, architecture } = manifest ?? {};
  return {
    tag: name,
    ...(digest && { digest }),
    ...(mediaType && { mediaType }),
    ...(imageSize && { sizeBytes: imageSize }),
    // An index has no platform of its own.
    ...(os && architecture && { platforms: [formatPlatform({ os, architecture })] }),
    ...pushDate(lastUpdateTime ?? createdTime),
  };
}
