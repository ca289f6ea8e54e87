import type { Coverage, Severity, Time, Totals } from "./common.ts";

export interface ImageFacts {
  digest: string;
  platform: string;
  createdAt?: string;
  sizeBytes: number;
  labels?: Record<string, string>;
  user?: string;
  entrypoint?: string[];
  command?: string[];
  exposedPorts?: string[];
  history?: { createdBy: string; createdAt?: string; isEmpty: boolean }[];
}

export type CoverageState = "covered" | "not_covered" | "end_of_life";

export interface Image {
  id: string;
  connectionId: string;
  repository: string;
  digest: string;
  tags: { projectId: string; reference: string }[];
  platform: string;
  sizeBytes: number;
  facts: ImageFacts;
  operatingSystem: { id: string; versionId?: string; prettyName?: string } | null;
  packages: number;
  problems: number;
  analyser: string;
  totals: Totals;
  coverage: {
    overall: Coverage | null;
    rows: { subject: string; packages: number; state: CoverageState; message: string }[];
  };
  firstSeenAt: Time;
  matchedAt: Time | null;
}

export type FindingState =
  | "fixed"
  | "affected"
  | "will_not_fix"
  | "deferred"
  | "under_investigation"
  | "end_of_life"
  | "not_affected";

export interface Finding {
  id: string;
  aliases: string[];
  kind: "vulnerability" | "notice" | "malware";
  severity: Severity;
  severitySource: string;
  cvss?: { score: number; vector: string };
  package: { type: string; name: string; namespace?: string; version: string; purl: string; source?: string };
  fixedVersion?: string;
  state: FindingState;
  summary?: string;
  layer?: string;
  locations: string[];
  isKnownExploited: boolean;
  epss?: { score: number; percentile: number; date: string };
  isLowConfidence: boolean;
  publishedAt?: string;
  references: string[];
  key: string;
  since: Time;
  isNew: boolean;
  allowed: { entryId: string; reason: string; expiresAt: Time | null } | null;
}

export interface FindingSummary {
  id: string;
  severity: Severity;
  package: { name: string; version: string; purl: string };
  fixedVersion: string | null;
  isKnownExploited: boolean;
  connectionId: string;
  repository: string;
  imageId: string;
  digest: string;
}

export interface PackageRow {
  type: string;
  namespace?: string;
  name: string;
  version: string;
  architecture?: string;
  source?: { name: string; version: string };
  licenses?: string[];
  scope?: "production" | "development";
  purl: string;
  locations: { path: string; layer?: string }[];
  findings: number;
}

export interface LayerRow {
  digest: string;
  diffId?: string;
  mediaType: string;
  sizeBytes: number;
  createdBy?: string;
  packages: number;
  findings: number;
  isBase: boolean | null;
}

export interface ScanGap {
  code: string;
  reason: string;
  path?: string;
  layer?: string;
}

export interface BaseAdvice {
  dockerfile: string | null;
  from: string[];
  base: { imageId: string; repository: string; references: string[]; layers: number; totals: Totals } | null;
  advice: {
    imageId: string;
    repository: string;
    reference: string;
    totals: Totals;
    fewerCritical: number;
    fewerHigh: number;
  }[];
  reason: string | null;
}
