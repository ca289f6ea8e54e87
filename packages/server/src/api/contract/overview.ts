import { z } from "zod";
import { countsSchema } from "./counts.ts";
import { defineRoute, flagQuery, idSchema, timeSchema } from "./route.ts";

const tag = "overview";
const day = z.iso.date();

export const advisoryStatusSchema = z.object({
  /** `none`: nothing was loaded yet, so every count reads no data. */
  state: z.enum(["none", "fresh", "stale"]),
  builtAt: timeSchema.nullable(),
  ageHours: z.number().nullable(),
  records: z.number().int(),
  ecosystems: z.array(z.object({ name: z.string(), records: z.number().int() })),
  isUpdating: z.boolean(),
  lastError: z.object({ code: z.string(), message: z.string(), at: timeSchema }).nullable(),
  nextUpdateAt: timeSchema.nullable(),
  /** Images whose findings were computed with older advisories. */
  waiting: z.number().int(),
});

/** Events of `GET /events`: the name stands in `event:`, the JSON in `data:`. */
export const EVENT_NAMES = ["scan", "import", "project", "connection", "advisories", "delivery"] as const;

export const overviewRoutes = {
  show: defineRoute({
    method: "GET",
    path: "/overview",
    tag,
    summary: "State of the fleet that the caller may see",
    role: "viewer",
    scope: "read",
    response: z.object({
      remaining: countsSchema.nullable(),
      found: countsSchema.nullable(),
      projects: z.number().int(),
      withoutData: z.number().int(),
      connections: z.object({ connected: z.number().int(), down: z.number().int(), waiting: z.number().int() }),
      scans: z.object({ queued: z.number().int(), running: z.number().int() }),
      newThisWeek: z.array(
        z.object({
          projectId: z.string(),
          repository: z.string(),
          reference: z.string(),
          critical: z.number().int(),
          high: z.number().int(),
        }),
      ),
      advisories: advisoryStatusSchema,
    }),
  }),
  history: defineRoute({
    method: "GET",
    path: "/overview/history",
    tag,
    summary: "Remaining findings day by day, for the chart",
    role: "viewer",
    scope: "read",
    query: z.object({ days: z.coerce.number().int().min(1).max(365).default(30), connectionId: idSchema.optional() }),
    response: z.object({ items: z.array(z.object({ day, counts: countsSchema })) }),
  }),
  events: defineRoute({
    method: "GET",
    path: "/events",
    tag,
    summary:
      "Live changes as server-sent events; after a gap (`Last-Event-ID` too old) the event `reset` says: read the lists again",
    role: "viewer",
    scope: "read",
    query: z.object({ connectionId: idSchema.optional() }),
    produces: ["text/event-stream"],
  }),
  advisories: defineRoute({
    method: "GET",
    path: "/advisories",
    tag,
    summary: "Age and extent of the advisory data",
    role: "viewer",
    scope: "read",
    response: advisoryStatusSchema,
  }),
  updateAdvisories: defineRoute({
    method: "POST",
    path: "/advisories/update",
    tag,
    summary: "Fetch advisories now and compare every stored inventory again; nothing is pulled",
    role: "admin",
    scope: "manage",
    response: advisoryStatusSchema,
    status: 202,
  }),
  importAdvisories: defineRoute({
    method: "POST",
    path: "/advisories/import",
    tag,
    summary:
      "Take the advisories of a bundle (`tidewaiter db export`), for servers without internet; `force` takes older data, too",
    role: "admin",
    scope: "manage",
    query: z.object({ force: flagQuery }),
    consumes: "application/octet-stream",
    response: advisoryStatusSchema,
  }),
} as const;
