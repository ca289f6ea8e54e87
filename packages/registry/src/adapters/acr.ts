import type { TagMetadata } from "@tidewaiter/contract";
import { z } from "zod";
import { fixedCredential } from "../auth/credential.ts";
import { tagsByHead } from "../distribution/tags-by-head.ts";
import { sessionPages } from "../session-pages.ts";
import { mapPages, pushDate } from "../vendor-pages.ts";
import type {
  AdapterContext,
  AdapterDefinition,
  CredentialContext,
  MintedCredentials,
  RegistryAdapter,
} from "./adapter.ts";
import { catalogUnsupported, orElse } from "./refusal.ts";

/** The user name that says: the password is a refresh token. */
const NULL_GUID = "00000000-0000-0000-0000-000000000000";

const tagSchema = z.object({
  name: z.string(),
  digest: z.string().nullish(),
  createdTime: z.string().nullish(),
  lastUpdateTime: z.string().nullish(),
});
const tagsSchema = z.object({ tags: z.array(tagSchema).nullish() });

/** Azure Container Registry: refresh tokens under a null user, and an empty catalog for tokens with a narrow scope map. */
export const acr: AdapterDefinition = { type: "acr", credentials: createAcrCredentials, create: createAcr };

function createAcrCredentials({ connection: { username, password } }: CredentialContext): MintedCredentials {
  return fixedCredential(username === NULL_GUID ? { username, identityToken: password } : { username, password });
}

function createAcr({ base, core, limits }: AdapterContext): RegistryAdapter {
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
    listTagsWithMetadata: (repository, signal) => {
      const pages = sessionPages({
        core,
        limits,
        first: new URL(`/acr/v1/${repository}/_tags?n=100`, base.root),
        // Metadata is another right than pulling, so its scope is kept apart.
        target: `metadata/${repository}`,
        schema: tagsSchema,
        items: ({ tags }) => tags ?? [],
        keyOf: ({ name }) => name,
        signal,
      });
      return orElse(mapPages(pages, readTag), () =>
        tagsByHead(repository, core.listing.tags(repository, signal), core, limits, signal),
      );
    },
  };
}

function readTag({ name, digest, createdTime, lastUpdateTime }: z.output<typeof tagSchema>): TagMetadata {
  return { tag: name, ...(digest && { digest }), ...pushDate(lastUpdateTime ?? createdTime) };
}
