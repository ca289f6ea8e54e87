import { z } from "zod";
import { registryTypeName } from "./connections.ts";
import { defineRoute, idParams, idSchema, listQuery, pageOf, pageQuery, timeSchema } from "./route.ts";
import { scanSchema } from "./scans.ts";

const tag = "imports";
const glob = z.string().min(1).max(128);

/** Follows the tags of a repository: those that match, the newest of them when `newest` is given. */
export const ruleInputSchema = z.strictObject({
  repository: z.string().min(1).max(255),
  include: z.array(glob).max(50).default([]),
  exclude: z.array(glob).max(50).default([]),
  newest: z.number().int().min(1).max(1_000).nullable().default(null),
});

/** What is left out stays as it is. */
export const ruleChangeSchema = z
  .strictObject({
    include: z.array(glob).max(50).optional(),
    exclude: z.array(glob).max(50).optional(),
    newest: z.number().int().min(1).max(1_000).nullable().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, "name what to change");

export const ruleSchema = z.object({
  id: z.string(),
  connectionId: z.string(),
  repository: z.string(),
  include: z.array(z.string()),
  exclude: z.array(z.string()),
  newest: z.number().int().nullable(),
  projects: z.number().int(),
  createdAt: timeSchema,
  lastRunAt: timeSchema.nullable(),
  lastError: z.string().nullable(),
});

export const importSchema = z.object({
  id: z.string(),
  connectionId: z.string(),
  state: z.enum(["running", "done", "stopped"]),
  total: z.number().int(),
  done: z.number().int(),
  complete: z.number().int(),
  failed: z.number().int(),
  bytesDone: z.number(),
  bytesTotal: z.number(),
  createdAt: timeSchema,
  createdBy: z.string(),
  finishedAt: timeSchema.nullable(),
});
export type ImportView = z.output<typeof importSchema>;

const byId = { role: "viewer", scope: "read", params: idParams } as const;

export const importRoutes = {
  start: defineRoute({
    method: "POST",
    path: "/connections/:id/imports",
    tag,
    summary:
      "Import chosen images (`repository:tag` or `repository@digest`) and whole repositories by rule; goes on in the background",
    role: "member",
    scope: "scan",
    params: idParams,
    body: z
      .strictObject({
        images: z.array(z.string().min(1).max(512)).max(10_000).default([]),
        rules: z.array(ruleInputSchema).max(1_000).default([]),
      })
      .refine(({ images, rules }) => images.length + rules.length > 0, "choose at least one image or repository"),
    response: importSchema,
    status: 202,
  }),
  list: defineRoute({
    method: "GET",
    path: "/imports",
    tag,
    summary: "Imports, newest first",
    role: "viewer",
    scope: "read",
    query: pageQuery.extend({ connectionId: idSchema.optional(), type: listQuery(registryTypeName) }),
    response: pageOf(importSchema),
  }),
  show: defineRoute({
    method: "GET",
    path: "/imports/:id",
    tag,
    summary: "One import",
    ...byId,
    response: importSchema,
  }),
  log: defineRoute({
    method: "GET",
    path: "/imports/:id/log",
    tag,
    summary: "A row for each image: outcome, code, bytes, seconds, what to do",
    ...byId,
    query: pageQuery,
    response: pageOf(scanSchema),
  }),
  exportLog: defineRoute({
    method: "GET",
    path: "/imports/:id/log/export",
    tag,
    summary: "The whole log as a file",
    ...byId,
    query: z.object({ format: z.enum(["csv", "json"]).default("csv") }),
    produces: ["text/csv", "application/json"],
  }),
  exportFindings: defineRoute({
    method: "GET",
    path: "/imports/:id/findings/export",
    tag,
    summary: "Findings of all its images as one SARIF document, a run for each image",
    ...byId,
    produces: ["application/sarif+json"],
  }),
  stop: defineRoute({
    method: "POST",
    path: "/imports/:id/stop",
    tag,
    summary: "Stop what is queued or running of an import",
    role: "member",
    scope: "scan",
    params: idParams,
    response: importSchema,
  }),
  listRules: defineRoute({
    method: "GET",
    path: "/connections/:id/rules",
    tag,
    summary: "Repositories that are followed",
    ...byId,
    response: z.object({ items: z.array(ruleSchema) }),
  }),
  updateRule: defineRoute({
    method: "PATCH",
    path: "/rules/:id",
    tag,
    summary: "Change which tags of a repository are followed, and look at it anew; what was imported stays",
    role: "member",
    scope: "scan",
    params: idParams,
    body: ruleChangeSchema,
    response: ruleSchema,
  }),
  removeRule: defineRoute({
    method: "DELETE",
    path: "/rules/:id",
    tag,
    summary: "Follow a repository no longer; what it imported stays",
    role: "member",
    scope: "scan",
    params: idParams,
  }),
} as const;
