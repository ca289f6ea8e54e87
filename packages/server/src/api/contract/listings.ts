import { z } from "zod";
import { defineRoute, flagQuery, idParams, pageOf, pageQuery, timeSchema } from "./route.ts";

const tag = "registry";
const repository = z.string().min(1).max(255);

/** How old a cached listing is, and whether all of it was read. */
const listing = { fetchedAt: timeSchema, isComplete: z.boolean() };

export const tagRowSchema = z.object({
  tag: z.string(),
  digest: z.string().nullable(),
  sizeBytes: z.number().nullable(),
  pushedAt: timeSchema.nullable(),
  platforms: z.array(z.string()),
  /** The project that follows this tag, when there is one. */
  projectId: z.string().nullable(),
});

export const listingRoutes = {
  repositories: defineRoute({
    method: "GET",
    path: "/connections/:id/repositories",
    tag,
    summary: "Repositories of the registry, read through the tunnel and cached; `search` looks into the cache",
    role: "viewer",
    scope: "read",
    params: idParams,
    query: pageQuery.extend({ search: z.string().max(255).optional(), refresh: flagQuery }),
    response: pageOf(z.object({ repository: z.string(), imported: z.number().int() })).extend(listing),
  }),
  tags: defineRoute({
    method: "GET",
    path: "/connections/:id/tags",
    tag,
    summary: "Tags of one repository, with digest, size and push date where the registry tells",
    role: "viewer",
    scope: "read",
    params: idParams,
    query: pageQuery.extend({ repository, search: z.string().max(128).optional(), refresh: flagQuery }),
    response: pageOf(tagRowSchema).extend(listing),
  }),
} as const;
