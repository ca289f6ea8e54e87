import { z } from "zod";

/** The steps from here to an image, in order. */
export const CHECK_STEPS = ["dns", "tcp", "tls", "auth", "list", "pull"] as const;
export type CheckStep = (typeof CHECK_STEPS)[number];

export const checkResultSchema = z.object({
  step: z.enum(CHECK_STEPS),
  verdict: z.enum(["pass", "warn", "fail", "skipped"]),
  durationMs: z.number().min(0),
  /** What was seen: an address, an issuer, a count. */
  fact: z.string().max(2048).optional(),
  code: z.string().max(64).optional(),
  message: z.string().max(4096).optional(),
  likely: z.string().max(4096).optional(),
  action: z.string().max(8192).optional(),
});
export type CheckResult = z.output<typeof checkResultSchema>;

/** What the check engine found; shown by `/systemcheck`, the command line and the console. */
export const checkReportSchema = z.object({
  ok: z.boolean(),
  registry: z.string().max(512),
  type: z.string().max(64),
  steps: z.array(checkResultSchema).max(CHECK_STEPS.length),
  warnings: z.array(z.string().max(2048)).max(32),
  checkedAt: z.iso.datetime(),
});
export type CheckReport = z.output<typeof checkReportSchema>;
