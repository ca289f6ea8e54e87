import type { z } from "zod";
import type { AuditEntry } from "../access/audit.ts";
import type { findingSummarySchema } from "../api/contract/findings.ts";
import type { FindingRow } from "../api/contract/images.ts";
import type { ProjectView } from "../api/contract/projects.ts";
import type { ScanView } from "../api/contract/scans.ts";
import type { Cell } from "./csv.ts";
import type { Table } from "./send-file.ts";

const SEVERITY_COLUMNS = ["critical", "high", "medium", "low", "negligible", "unknown", "total", "fixable"] as const;

/** `no data` is said, never written as zero. */
function countCells(counts: ProjectView["totals"]["remaining"]): Cell[] {
  return SEVERITY_COLUMNS.map((column) => (counts === null ? "no data" : counts[column]));
}

export const PROJECTS_TABLE: Table<ProjectView> = {
  name: "images",
  columns: ["connection", "type", "repository", "reference", "digest", "state", "scanned", ...SEVERITY_COLUMNS],
  toCells: (row) => [
    row.connectionName,
    row.registryType,
    row.repository,
    row.reference,
    row.digest,
    row.state,
    row.scannedAt,
    ...countCells(row.totals.remaining),
  ],
};

export const IMPORT_LOG_TABLE: Table<ScanView> = {
  name: "import-log",
  columns: ["repository", "reference", "outcome", "code", "message", "bytes", "seconds", "attempt", "next step"],
  toCells: (row) => [
    row.repository,
    row.reference,
    row.state,
    row.error?.code,
    row.error?.message,
    row.bytesFetched,
    row.seconds,
    row.attempt,
    row.error?.action,
  ],
};

export const AUDIT_TABLE: Table<AuditEntry> = {
  name: "audit",
  columns: ["time", "actor", "action", "target", "connection", "address", "detail"],
  toCells: (row) => [
    row.at,
    row.actor,
    row.action,
    row.target,
    row.connectionId,
    row.address,
    JSON.stringify(row.detail),
  ],
};

export const FINDINGS_TABLE: Table<FindingRow> = {
  name: "findings",
  columns: [
    "severity",
    "advisory",
    "aliases",
    "package",
    "installed",
    "fixed",
    "state",
    "kind",
    "layer",
    "since",
    "known exploited",
    "allowed",
    "summary",
  ],
  toCells: (row) => [
    row.severity,
    row.id,
    row.aliases.join(" "),
    row.package.name,
    row.package.version,
    row.fixedVersion,
    row.state,
    row.kind,
    row.layer,
    row.since,
    row.isKnownExploited,
    row.allowed ? row.allowed.reason || "yes" : "",
    row.summary,
  ],
};

export const ALL_FINDINGS_TABLE: Table<z.output<typeof findingSummarySchema>> = {
  name: "findings",
  columns: ["severity", "advisory", "package", "installed", "fixed", "known exploited", "repository", "digest"],
  toCells: (row) => [
    row.severity,
    row.id,
    row.package.name,
    row.package.version,
    row.fixedVersion,
    row.isKnownExploited,
    row.repository,
    row.digest,
  ],
};
