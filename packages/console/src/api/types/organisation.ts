import type { Counts, Role, Schedule, Scope, Time } from "./common.ts";
import type { AllowMode } from "./connections.ts";

export interface SignInMethods {
  password: boolean;
  oidc: string | null;
  isSetUp: boolean;
}

export interface Principal {
  kind: "user" | "key";
  id: string;
  name: string;
  role: Role;
  scopes: Scope[];
  connections: string[] | null;
}

export interface User {
  id: string;
  name: string;
  role: Role;
  connections: string[] | null;
  signIn: "password" | "oidc" | "invited";
  isDisabled: boolean;
  createdAt: Time;
  lastSeenAt: Time | null;
}

export interface ApiKey {
  id: string;
  name: string;
  hint: string;
  role: Role;
  scopes: Scope[];
  connections: string[] | null;
  createdAt: Time;
  createdBy: string;
  expiresAt: Time | null;
  lastUsedAt: Time | null;
}

export interface AuditEntry {
  id: string;
  at: Time;
  actor: string;
  action: string;
  target: string;
  connectionId: string | null;
  address: string;
  detail: Record<string, unknown>;
}

export interface AllowEntry {
  id: string;
  connectionId: string | null;
  advisory: string;
  package: string | null;
  reason: string;
  createdBy: string;
  createdAt: Time;
  expiresAt: Time | null;
  isExpired: boolean;
}
export interface ConnectionAllowList {
  mode: AllowMode;
  own: AllowEntry[];
  applies: AllowEntry[];
}

export const ALERT_EVENTS = ["findings.new", "scan.failed", "connection.lost", "advisories.stale"] as const;
export type AlertEvent = (typeof ALERT_EVENTS)[number];

export interface Channel {
  id: string;
  name: string;
  kind: "http" | "slack";
  target: string;
  events: AlertEvent[];
  connectionId: string | null;
  isEnabled: boolean;
  createdAt: Time;
}
export interface Delivery {
  id: string;
  channelId: string;
  event: AlertEvent | "test";
  state: "waiting" | "delivered" | "failed";
  attempts: number;
  status: number | null;
  error: string | null;
  createdAt: Time;
  finishedAt: Time | null;
  payload: Record<string, unknown>;
}

export interface SchedulePreview {
  schedule: Schedule;
  nextRuns: Time[];
}
export interface Schedules {
  organisation: SchedulePreview;
  overrides: (SchedulePreview & { connectionId: string; projectId: string | null; name: string })[];
}

export interface AdvisoryStatus {
  state: "none" | "fresh" | "stale";
  builtAt: Time | null;
  ageHours: number | null;
  records: number;
  ecosystems: { name: string; records: number }[];
  isUpdating: boolean;
  lastError: { code: string; message: string; at: Time } | null;
  nextUpdateAt: Time | null;
  waiting: number;
}

export interface Overview {
  remaining: Counts | null;
  found: Counts | null;
  projects: number;
  withoutData: number;
  connections: { connected: number; down: number; waiting: number };
  scans: { queued: number; running: number };
  newThisWeek: { projectId: string; repository: string; reference: string; critical: number; high: number }[];
  advisories: AdvisoryStatus;
}
export interface OverviewHistory {
  items: { day: string; counts: Counts }[];
}
