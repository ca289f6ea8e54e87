import type { ScanProblem, ScanState, Schedule, Severity, Time, Totals } from "./common.ts";
import type { RegistryType } from "./connections.ts";

export interface Project {
  id: string;
  connectionId: string;
  connectionName: string;
  registryType: RegistryType;
  repository: string;
  reference: string;
  state: ScanState;
  error: ScanProblem | null;
  imageId: string | null;
  digest: string | null;
  platform: string | null;
  sizeBytes: number | null;
  operatingSystem: string | null;
  packages: number | null;
  problems: number | null;
  totals: Totals;
  isSigned: boolean | null;
  isNew: boolean;
  activeScanId: string | null;
  importedAt: Time;
  scannedAt: Time | null;
  matchedAt: Time | null;
  schedule: Schedule | null;
  ruleId: string | null;
}

export interface RepositoryGroup {
  connectionId: string;
  connectionName: string;
  registryType: RegistryType;
  repository: string;
  projects: number;
  worst: Severity | null;
}

export interface HistoryRow {
  digest: string;
  tagDigest: string | null;
  seenAt: Time;
  imageId: string | null;
  totals: Totals;
}

export interface Scan {
  id: string;
  connectionId: string;
  projectId: string;
  importId: string | null;
  repository: string;
  reference: string;
  state: ScanState;
  trigger: "import" | "manual" | "schedule" | "push" | "poll" | "rule";
  attempt: number;
  phase: "resolve" | "pull" | "analyse" | "report" | null;
  layersDone: number;
  layersTotal: number;
  bytesDone: number;
  bytesTotal: number;
  worker: string | null;
  queuedAt: Time;
  startedAt: Time | null;
  finishedAt: Time | null;
  seconds: number | null;
  bytesFetched: number | null;
  isStuck: boolean;
  imageId: string | null;
  digest: string | null;
  error: ScanProblem | null;
}

export interface Import {
  id: string;
  connectionId: string;
  state: "running" | "done" | "stopped";
  total: number;
  done: number;
  complete: number;
  failed: number;
  bytesDone: number;
  bytesTotal: number;
  createdAt: Time;
  createdBy: string;
  finishedAt: Time | null;
}

export interface RuleInput {
  repository: string;
  include: string[];
  exclude: string[];
  newest: number | null;
}
export interface Rule extends RuleInput {
  id: string;
  connectionId: string;
  projects: number;
  createdAt: Time;
  lastRunAt: Time | null;
  lastError: string | null;
}
