import { z } from "zod";
import { defineRoute, timeSchema } from "./route.ts";
import { scheduleSchema } from "./schedule-schema.ts";

const tag = "schedules";
const preview = z.object({ schedule: scheduleSchema, nextRuns: z.array(timeSchema) });

export const scheduleRoutes = {
  show: defineRoute({
    method: "GET",
    path: "/schedules",
    tag,
    summary: "The organisation's schedule and every override that the caller may see",
    role: "viewer",
    scope: "read",
    response: z.object({
      organisation: preview,
      overrides: z.array(
        preview.extend({ connectionId: z.string(), projectId: z.string().nullable(), name: z.string() }),
      ),
    }),
  }),
  set: defineRoute({
    method: "PUT",
    path: "/schedules/organisation",
    tag,
    summary: "When everything without an override is looked at again",
    role: "admin",
    scope: "manage",
    body: scheduleSchema,
    response: preview,
  }),
  preview: defineRoute({
    method: "POST",
    path: "/schedules/preview",
    tag,
    summary: "The next five runs of a schedule, in UTC",
    isQuestion: true,
    role: "viewer",
    scope: "read",
    body: scheduleSchema,
    response: preview,
  }),
} as const;
