import {
  findingSchema,
  findingStateSchema,
  imageFactsSchema,
  layerSchema,
  operatingSystemSchema,
  packageSchema,
  packageTypeSchema,
  problemSchema,
  severitySchema,
} from "@tidewaiter/inventory";
import { z } from "zod";
import { coverageSchema, totalsSchema } from "./counts.ts";
import { defineRoute, flagQuery, idParams, listQuery, pageOf, pageQuery, timeSchema } from "./route.ts";

const tag = "images";

/** What the advisories know of one ecosystem or distribution of an image. */
export const coverageRowSchema = z.object({
  /** `distribution`, or a package type. */
  subject: z.string(),
  state: z.enum(["covered", "not_covered", "end_of_life"]),
  /** Key of the advisories, where there is one. */
  ecosystem: z.string().optional(),
  packages: z.number().int(),
  /** When the newest record of the ecosystem was changed. */
  newest: z.string().optional(),
  message: z.string(),
});

/** One image: connection + repository + digest of a platform's manifest. */
export const imageSchema = z.object({
  id: z.string(),
  connectionId: z.string(),
  repository: z.string(),
  digest: z.string(),
  tags: z.array(z.object({ projectId: z.string(), reference: z.string() })),
  platform: z.string(),
  sizeBytes: z.number(),
  facts: imageFactsSchema,
  operatingSystem: operatingSystemSchema.nullable(),
  packages: z.number().int(),
  problems: z.number().int(),
  analyser: z.string(),
  totals: totalsSchema,
  coverage: z.object({ overall: coverageSchema.nullable(), rows: z.array(coverageRowSchema) }),
  firstSeenAt: timeSchema,
  matchedAt: timeSchema.nullable(),
});

/** A finding as it applies to this image's connection. */
export const findingRowSchema = findingSchema.extend({
  /** Stable over rebuilds: connection, repository, package, advisory group. */
  key: z.string(),
  /** When this repository had it first. */
  since: timeSchema,
  isNew: z.boolean(),
  /** The allow-list entry that hides it. */
  allowed: z.object({ entryId: z.string(), reason: z.string(), expiresAt: timeSchema.nullable() }).nullable(),
});
export type FindingRow = z.output<typeof findingRowSchema>;

export const findingFilters = {
  severity: listQuery(severitySchema),
  fixable: flagQuery,
  state: listQuery(findingStateSchema),
  /** `false` leaves out what the allow list hides. */
  allowed: flagQuery,
  search: z.string().max(255).optional(),
};

export const FINDING_SORTS = ["severity", "package", "since", "epss"] as const;
export type FindingSort = (typeof FINDING_SORTS)[number];

const one = { role: "viewer", scope: "read", params: idParams } as const;

export const EXPORT_FORMATS = ["csv", "json", "sarif", "cyclonedx", "spdx"] as const;

export const imageRoutes = {
  show: defineRoute({ method: "GET", path: "/images/:id", tag, summary: "One image", ...one, response: imageSchema }),
  findings: defineRoute({
    method: "GET",
    path: "/images/:id/findings",
    tag,
    summary: "Findings of an image; worst first unless sorted otherwise",
    ...one,
    query: pageQuery.extend({ ...findingFilters, sort: z.enum(FINDING_SORTS).default("severity") }),
    response: pageOf(findingRowSchema),
  }),
  packages: defineRoute({
    method: "GET",
    path: "/images/:id/packages",
    tag,
    summary: "Packages of an image, by type and name",
    ...one,
    query: pageQuery.extend({ search: z.string().max(255).optional(), type: listQuery(packageTypeSchema) }),
    response: pageOf(packageSchema.extend({ findings: z.number().int() })),
  }),
  layers: defineRoute({
    method: "GET",
    path: "/images/:id/layers",
    tag,
    summary: "Layers, bottom first, with what each brought",
    ...one,
    response: z.object({
      items: z.array(
        layerSchema.extend({ packages: z.number().int(), findings: z.number().int(), isBase: z.boolean().nullable() }),
      ),
    }),
  }),
  problems: defineRoute({
    method: "GET",
    path: "/images/:id/problems",
    tag,
    summary: "What could not be read while scanning",
    ...one,
    query: pageQuery,
    response: pageOf(problemSchema),
  }),
  export: defineRoute({
    method: "GET",
    path: "/images/:id/export",
    tag,
    summary: "Findings (csv, json, sarif), bill of materials with findings (cyclonedx) or without (spdx), as a file",
    ...one,
    query: z.object({ format: z.enum(EXPORT_FORMATS) }),
    produces: [
      "text/csv",
      "application/json",
      "application/sarif+json",
      "application/vnd.cyclonedx+json",
      "application/spdx+json",
    ],
  }),
  base: defineRoute({
    method: "GET",
    path: "/images/:id/base",
    tag,
    summary: "The base image, recognised by its layers among the images of this connection, and better tags of it",
    ...one,
    response: z.object({
      dockerfile: z.string().nullable(),
      /** Images named by FROM lines of the Dockerfile. */
      from: z.array(z.string()),
      base: z
        .object({
          imageId: z.string(),
          repository: z.string(),
          references: z.array(z.string()),
          layers: z.number().int(),
          totals: totalsSchema,
        })
        .nullable(),
      advice: z.array(
        z.object({
          imageId: z.string(),
          repository: z.string(),
          reference: z.string(),
          totals: totalsSchema,
          fewerCritical: z.number().int(),
          fewerHigh: z.number().int(),
        }),
      ),
      /** Why there is no advice. */
      reason: z.string().nullable(),
    }),
  }),
  saveDockerfile: defineRoute({
    method: "PUT",
    path: "/images/:id/dockerfile",
    tag,
    summary: "Keep the Dockerfile of this repository (pasted or uploaded)",
    role: "member",
    scope: "scan",
    params: idParams,
    body: z.strictObject({ text: z.string().max(262_144) }),
  }),
} as const;
