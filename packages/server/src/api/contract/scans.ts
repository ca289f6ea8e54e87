import { SCAN_PHASES, SCAN_STATES } from "@tidewaiter/contract";
import { z } from "zod";
import { registryTypeName } from "./connections.ts";
import { defineRoute, idParams, idSchema, listQuery, pageOf, pageQuery, timeSchema } from "./route.ts";

const tag = "scans";

export const scanProblemSchema = z.object({
  code: z.string(),
  message: z.string(),
  likely: z.string().optional(),
  action: z.string().optional(),
});

export const scanSchema = z.object({
  id: z.string(),
  connectionId: z.string(),
  projectId: z.string(),
  importId: z.string().nullable(),
  repository: z.string(),
  reference: z.string(),
  state: z.enum(SCAN_STATES),
  trigger: z.enum(["import", "manual", "schedule", "push", "poll", "rule"]),
  /** Counts from 1; a scan whose agent came back empty is sent again, at most three times. */
  attempt: z.number().int(),
  phase: z.enum(SCAN_PHASES).nullable(),
  layersDone: z.number().int(),
  layersTotal: z.number().int(),
  bytesDone: z.number(),
  bytesTotal: z.number(),
  worker: z.string().nullable(),
  queuedAt: timeSchema,
  startedAt: timeSchema.nullable(),
  finishedAt: timeSchema.nullable(),
  /** From the start (or the end of the wait) to the end, or to now. */
  seconds: z.number().nullable(),
  bytesFetched: z.number().nullable(),
  /** True when the running scan made no progress for longer than it should. */
  isStuck: z.boolean(),
  imageId: z.string().nullable(),
  digest: z.string().nullable(),
  error: scanProblemSchema.nullable(),
});
export type ScanView = z.output<typeof scanSchema>;

export const scanRoutes = {
  list: defineRoute({
    method: "GET",
    path: "/scans",
    tag,
    summary: "Scans, newest first; `state=Queued,Scanning` is the activity page",
    role: "viewer",
    scope: "read",
    query: pageQuery.extend({
      connectionId: idSchema.optional(),
      type: listQuery(registryTypeName),
      projectId: idSchema.optional(),
      importId: idSchema.optional(),
      state: listQuery(z.enum(SCAN_STATES)),
    }),
    response: pageOf(scanSchema),
  }),
  show: defineRoute({
    method: "GET",
    path: "/scans/:id",
    tag,
    summary: "One scan",
    role: "viewer",
    scope: "read",
    params: idParams,
    response: scanSchema,
  }),
  stop: defineRoute({
    method: "POST",
    path: "/scans/:id/stop",
    tag,
    summary: "Stop a scan; a scan that has ended stays as it is",
    role: "member",
    scope: "scan",
    params: idParams,
    response: scanSchema,
  }),
  startAll: defineRoute({
    method: "POST",
    path: "/connections/:id/scans",
    tag,
    summary: "Scan every project of a connection, or those of one repository; those that run already are left alone",
    role: "member",
    scope: "scan",
    params: idParams,
    body: z.strictObject({ repository: z.string().max(255).optional() }),
    response: z.object({ started: z.number().int(), alreadyRunning: z.number().int() }),
    status: 202,
  }),
  stopAll: defineRoute({
    method: "POST",
    path: "/connections/:id/scans/stop",
    tag,
    summary: "Stop every queued and running scan of a connection",
    role: "member",
    scope: "scan",
    params: idParams,
    response: z.object({ stopped: z.number().int() }),
  }),
} as const;
