import { SCAN_STATES } from "@tidewaiter/contract";
import { severitySchema } from "@tidewaiter/inventory";
import { z } from "zod";
import { registryTypeName } from "./connections.ts";
import { totalsSchema } from "./counts.ts";
import { defineRoute, flagQuery, idParams, idSchema, listQuery, pageOf, pageQuery, timeSchema } from "./route.ts";
import { scanProblemSchema, scanSchema } from "./scans.ts";
import { scheduleSchema } from "./schedule-schema.ts";

const tag = "projects";

/** A tag (or digest) of a repository that somebody imported, with the image that it names now. */
export const projectSchema = z.object({
  id: z.string(),
  connectionId: z.string(),
  connectionName: z.string(),
  registryType: registryTypeName,
  repository: z.string(),
  /** Tag, or digest for an image that was imported by digest. */
  reference: z.string(),
  state: z.enum(SCAN_STATES),
  /** The last scan's failure; the totals then are those of the scan before. */
  error: scanProblemSchema.nullable(),
  imageId: z.string().nullable(),
  digest: z.string().nullable(),
  platform: z.string().nullable(),
  sizeBytes: z.number().nullable(),
  operatingSystem: z.string().nullable(),
  packages: z.number().int().nullable(),
  problems: z.number().int().nullable(),
  totals: totalsSchema,
  /** A signature is present; it was not verified. null: not looked for. */
  isSigned: z.boolean().nullable(),
  /** Until it was opened, at most 72 hours. */
  isNew: z.boolean(),
  activeScanId: z.string().nullable(),
  importedAt: timeSchema,
  scannedAt: timeSchema.nullable(),
  /** When the findings were computed; later than the scan when advisories changed since. */
  matchedAt: timeSchema.nullable(),
  schedule: scheduleSchema.nullable(),
  ruleId: z.string().nullable(),
});
export type ProjectView = z.output<typeof projectSchema>;

export const projectFilters = {
  connectionId: idSchema.optional(),
  type: listQuery(registryTypeName),
  repository: z.string().max(255).optional(),
  search: z.string().max(255).optional(),
  /** Images whose worst remaining finding is one of these. */
  severity: listQuery(severitySchema),
  fixable: flagQuery,
  signed: flagQuery,
  state: listQuery(z.enum(SCAN_STATES)),
  new: flagQuery,
};
export const projectsQuery = pageQuery.extend({
  ...projectFilters,
  sort: z.enum(["repository", "severity", "scannedAt"]).default("repository"),
});

export const repositoryGroupSchema = z.object({
  connectionId: z.string(),
  connectionName: z.string(),
  registryType: registryTypeName,
  repository: z.string(),
  projects: z.number().int(),
  worst: severitySchema.nullable(),
});

const one = { role: "viewer", scope: "read", params: idParams } as const;

export const projectRoutes = {
  list: defineRoute({
    method: "GET",
    path: "/projects",
    tag,
    summary: "Images with their totals, by repository and tag",
    role: "viewer",
    scope: "read",
    query: projectsQuery,
    response: pageOf(projectSchema),
  }),
  groups: defineRoute({
    method: "GET",
    path: "/projects/repositories",
    tag,
    summary: "The same, one row for each repository",
    role: "viewer",
    scope: "read",
    query: pageQuery.extend({ connectionId: idSchema.optional(), search: z.string().max(255).optional() }),
    response: pageOf(repositoryGroupSchema),
  }),
  exportList: defineRoute({
    method: "GET",
    path: "/projects/export",
    tag,
    summary: "The filtered list as a file",
    role: "viewer",
    scope: "read",
    query: z.object({ ...projectFilters, format: z.enum(["csv", "json"]).default("csv") }),
    produces: ["text/csv", "application/json"],
  }),
  show: defineRoute({
    method: "GET",
    path: "/projects/:id",
    tag,
    summary: "One project",
    ...one,
    response: projectSchema,
  }),
  open: defineRoute({
    method: "POST",
    path: "/projects/:id/open",
    tag,
    summary: "Somebody looked at it: the NEW mark goes",
    ...one,
  }),
  update: defineRoute({
    method: "PATCH",
    path: "/projects/:id",
    tag,
    summary: "Override the schedule",
    role: "member",
    scope: "manage",
    params: idParams,
    body: z.strictObject({ schedule: scheduleSchema.nullable() }),
    response: projectSchema,
  }),
  remove: defineRoute({
    method: "DELETE",
    path: "/projects/:id",
    tag,
    summary: "Forget a project, its scans and history",
    role: "member",
    scope: "scan",
    params: idParams,
  }),
  scan: defineRoute({
    method: "POST",
    path: "/projects/:id/scan",
    tag,
    summary: "Scan now; refused only while a scan of it runs",
    role: "member",
    scope: "scan",
    params: idParams,
    response: scanSchema,
    status: 202,
  }),
  history: defineRoute({
    method: "GET",
    path: "/projects/:id/history",
    tag,
    summary: "Which digest the tag named when, newest first",
    ...one,
    query: pageQuery,
    response: pageOf(
      z.object({
        digest: z.string(),
        tagDigest: z.string().nullable(),
        seenAt: timeSchema,
        imageId: z.string().nullable(),
        totals: totalsSchema,
      }),
    ),
  }),
} as const;
