import { severitySchema } from "@tidewaiter/inventory";
import { z } from "zod";
import { registryTypeName } from "./connections.ts";
import { defineRoute, flagQuery, idSchema, listQuery, pageOf, pageQuery } from "./route.ts";

const tag = "findings";

const filters = {
  connectionId: idSchema.optional(),
  type: listQuery(registryTypeName),
  repository: z.string().max(255).optional(),
  severity: listQuery(severitySchema),
  fixable: flagQuery,
  /** Exact advisory id, such as CVE-2024-1234; aliases are not looked at. */
  advisory: z.string().max(100).optional(),
  /** Exact package name. */
  package: z.string().max(255).optional(),
};

/** A finding of one image, in a list over all images. */
export const findingSummarySchema = z.object({
  id: z.string(),
  severity: severitySchema,
  package: z.object({ name: z.string(), version: z.string(), purl: z.string() }),
  fixedVersion: z.string().nullable(),
  isKnownExploited: z.boolean(),
  connectionId: z.string(),
  repository: z.string(),
  imageId: z.string(),
  digest: z.string(),
});

export const findingRoutes = {
  list: defineRoute({
    method: "GET",
    path: "/findings",
    tag,
    summary: "Findings over all images, worst first: which images have this CVE or this package",
    role: "viewer",
    scope: "read",
    query: pageQuery.extend(filters),
    response: pageOf(findingSummarySchema),
  }),
  export: defineRoute({
    method: "GET",
    path: "/findings/export",
    tag,
    summary: "The filtered findings as a file",
    role: "viewer",
    scope: "read",
    query: z.object({ ...filters, format: z.enum(["csv", "json"]).default("csv") }),
    produces: ["text/csv", "application/json"],
  }),
} as const;
