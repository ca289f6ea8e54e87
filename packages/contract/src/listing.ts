import { z } from "zod";

/** Answer to `GET /list` and a page of `GET /list-paginated/`. */
export const repositoriesPageSchema = z.object({
  repositories: z.array(z.string().max(512)),
  /** Sent back as `?cursor=` for the next page; absent on the last. */
  nextCursor: z.string().max(4096).optional(),
});
export type RepositoriesPage = z.output<typeof repositoriesPageSchema>;

/** Answer to `GET /list/<repository>` and a page of `GET /list-paginated/<repository>`. */
export const tagsPageSchema = z.object({
  repository: z.string().max(512),
  tags: z.array(z.string().max(128)),
  nextCursor: z.string().max(4096).optional(),
});
export type TagsPage = z.output<typeof tagsPageSchema>;

export const tagMetadataSchema = z.object({
  tag: z.string().max(128),
  digest: z.string().max(200).optional(),
  mediaType: z.string().max(256).optional(),
  sizeBytes: z.number().int().min(0).optional(),
  pushedAt: z.iso.datetime().optional(),
  /** Who says so: the registry's own record, or the image's build date as a weak hint. */
  pushedAtSource: z.enum(["registry", "image-config"]).optional(),
  platforms: z.array(z.string().max(64)).optional(),
});
export type TagMetadata = z.output<typeof tagMetadataSchema>;

/** Answer to `GET /list-with-metadata/<repository>`. */
export const tagsWithMetadataSchema = z.object({
  repository: z.string().max(512),
  tags: z.array(tagMetadataSchema),
  nextCursor: z.string().max(4096).optional(),
});
export type TagsWithMetadata = z.output<typeof tagsWithMetadataSchema>;

/** Answer to `GET /image-metadata/<repository>?reference=<tag or digest>`. */
export const imageMetadataSchema = z.object({
  repository: z.string().max(512),
  reference: z.string().max(200),
  digest: z.string().max(200),
  mediaType: z.string().max(256),
  sizeBytes: z.number().int().min(0),
  layers: z.number().int().min(0),
  platforms: z.array(z.string().max(64)),
  createdAt: z.string().max(64).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  isSigned: z.boolean().optional(),
});
export type ImageMetadata = z.output<typeof imageMetadataSchema>;

/** Answer to `GET /get-state-identifier?repository=…&reference=…`: changes when the image does. */
export const stateIdentifierSchema = z.object({
  repository: z.string().max(512),
  reference: z.string().max(200),
  stateIdentifier: z.string().max(200),
});
export type StateIdentifier = z.output<typeof stateIdentifierSchema>;
