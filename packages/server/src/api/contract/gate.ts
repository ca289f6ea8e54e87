import { severitySchema } from "@tidewaiter/inventory";
import { z } from "zod";
import { defineRoute, idSchema } from "./route.ts";

export const gateRoutes = {
  ask: defineRoute({
    method: "POST",
    path: "/gate",
    tag: "gate",
    summary:
      "May this image run? `allow`, `deny` with the advisories that say so, or `unknown` when it was not looked at",
    role: "viewer",
    scope: "gate",
    body: z
      .strictObject({
        /** `repository:tag`, `repository@digest`; a registry host in front is ignored. */
        reference: z.string().min(1).max(512).optional(),
        /** Digest of the image or of what its tag names. */
        digest: z.string().max(200).optional(),
        connectionId: idSchema.optional(),
        /** Deny from this severity on. */
        severity: severitySchema.default("critical"),
        /** Only what has a fixed version counts. */
        onlyFixable: z.boolean().default(false),
        /** What an image is that advisories cover in part only. */
        partial: z.enum(["allow", "unknown"]).default("unknown"),
        /** Advisories younger than this do not count yet. */
        graceDays: z.number().min(0).max(365).default(0),
      })
      .refine(({ reference, digest }) => reference !== undefined || digest !== undefined, "give reference or digest"),
    response: z.object({
      verdict: z.enum(["allow", "deny", "unknown"]),
      reason: z.string(),
      image: z
        .object({ id: z.string(), connectionId: z.string(), repository: z.string(), digest: z.string() })
        .nullable(),
      findings: z.array(
        z.object({
          id: z.string(),
          severity: severitySchema,
          package: z.string(),
          version: z.string(),
          fixedVersion: z.string().nullable(),
        }),
      ),
      matchedAt: z.iso.datetime().nullable(),
    }),
  }),
} as const;
