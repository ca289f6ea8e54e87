import { z } from "zod";

export const SCHEDULE_KINDS = ["none", "hourly", "daily", "weekly", "custom"] as const;

/** When images are looked at again, in UTC. `weekly` is Saturday 00:00; `custom` takes five cron fields. */
export const scheduleSchema = z
  .strictObject({ kind: z.enum(SCHEDULE_KINDS), cron: z.string().trim().min(1).max(100).optional() })
  .refine(({ kind, cron }) => (kind === "custom") === (cron !== undefined), {
    path: ["cron"],
    error: "goes with kind custom, and only with it",
  });
export type Schedule = z.output<typeof scheduleSchema>;
