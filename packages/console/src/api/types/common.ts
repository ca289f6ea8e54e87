/** ISO 8601 in UTC. */
export type Time = string;

export const SEVERITIES = ["critical", "high", "medium", "low", "negligible", "none", "unknown"] as const;
export type Severity = (typeof SEVERITIES)[number];

export const SCAN_STATES = [
  "NotScanned",
  "Queued",
  "Scanning",
  "Complete",
  "Stopped",
  "Failed",
  "Unsupported",
] as const;
export type ScanState = (typeof SCAN_STATES)[number];

export const ROLES = ["viewer", "member", "admin", "owner"] as const;
export type Role = (typeof ROLES)[number];
export const SCOPES = ["read", "scan", "manage", "admin", "gate", "tunnel:call"] as const;
export type Scope = (typeof SCOPES)[number];

export interface Page<T> {
  items: T[];
  nextCursor?: string;
}

export type Counts = Record<Severity | "total" | "fixable", number>;
export type Coverage = "full" | "partial" | "none";

/** `null` counts mean no data, never zero. */
export interface Totals {
  coverage: Coverage | null;
  found: Counts | null;
  remaining: Counts | null;
  worst: Severity | null;
}

/** What went wrong, as every error of the API says it. */
export interface Problem {
  code: string;
  message: string;
  likely?: string;
  action?: string;
  requestId?: string;
  details?: { path: string; reason: string }[];
}

export interface ScanProblem {
  code: string;
  message: string;
  likely?: string;
  action?: string;
}

export const SCHEDULE_KINDS = ["none", "hourly", "daily", "weekly", "custom"] as const;
export interface Schedule {
  kind: (typeof SCHEDULE_KINDS)[number];
  cron?: string;
}
