import { z } from "zod";

/** Worst first (design, Names). */
export const SEVERITIES = ["critical", "high", "medium", "low", "negligible", "none", "unknown"] as const;
export const severitySchema = z.enum(SEVERITIES);
export type Severity = z.output<typeof severitySchema>;

/** Sorts the worst first; `unknown` stands after the known ones. */
export function compareSeverity(a: Severity, b: Severity): number {
  return SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b);
}

/** True when `severity` is as bad as `limit` or worse. `unknown` is not, unless it is the limit itself. */
export function isAtLeast(severity: Severity, limit: Severity): boolean {
  if (severity === "unknown") return limit === "unknown";
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(limit);
}
