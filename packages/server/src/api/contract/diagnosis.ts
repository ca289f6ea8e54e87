import { CHECK_STEPS } from "@tidewaiter/contract";
import { z } from "zod";
import { defineRoute, idParams, timeSchema } from "./route.ts";

const tag = "diagnosis";

/** From this side to the registry, in order. */
export const DIAGNOSIS_PARTS = ["server", "client", "agent", "registry"] as const;
export const DIAGNOSIS_CHECKS = [
  "ready",
  "servers",
  "advisories",
  "tunnel",
  "denied",
  "health",
  ...CHECK_STEPS,
  "note",
] as const;

export const diagnosisRowSchema = z.object({
  part: z.enum(DIAGNOSIS_PARTS),
  check: z.enum(DIAGNOSIS_CHECKS),
  verdict: z.enum(["pass", "warn", "fail", "skipped"]),
  /** What was seen. */
  fact: z.string().nullable(),
  durationMs: z.number().nullable(),
  code: z.string().nullable(),
  likely: z.string().nullable(),
  action: z.string().nullable(),
});
export type DiagnosisRow = z.output<typeof diagnosisRowSchema>;

export const diagnosisRoutes = {
  run: defineRoute({
    method: "POST",
    path: "/connections/:id/diagnosis",
    tag,
    summary: "What `tidewaiter doctor` looks at, from the server over client and agent to the registry, hop by hop",
    role: "admin",
    scope: "manage",
    params: idParams,
    response: z.object({ ok: z.boolean(), at: timeSchema, rows: z.array(diagnosisRowSchema) }),
  }),
  bundle: defineRoute({
    method: "GET",
    path: "/connections/:id/diagnosis/bundle",
    tag,
    summary: "The diagnosis with clients, calls, scans, settings and figures as a .tar.gz, without secrets",
    role: "admin",
    scope: "manage",
    params: idParams,
    produces: ["application/gzip"],
  }),
} as const;
