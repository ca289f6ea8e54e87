import { z } from "zod";

/** What a registry told us of a push, whatever its own form. */
export const pushEventSchema = z.object({
  hookId: z.string().max(128),
  action: z.enum(["push", "delete"]),
  repository: z.string().max(512),
  tag: z.string().max(128).optional(),
  digest: z.string().max(200).optional(),
  at: z.iso.datetime().optional(),
  /** True when the payload's authenticity was proven; otherwise it is only a hint to look. */
  isAuthentic: z.boolean(),
});
export type PushEvent = z.output<typeof pushEventSchema>;
