import type { Severity } from "@tidewaiter/inventory";
import type { FindingRow } from "../api/contract/images.ts";

type Json = Readonly<Record<string, unknown>>;

/** CycloneDX has `info` for what we call negligible. */
const SEVERITY: Readonly<Record<Severity, string>> = {
  critical: "critical",
  high: "high",
  medium: "medium",
  low: "low",
  negligible: "info",
  none: "none",
  unknown: "unknown",
};

/** The `vulnerabilities` of a CycloneDX document: one for each finding; what the allow list hides is said to be so. */
export function toVulnerabilities(rows: readonly FindingRow[], refOf: (purl: string) => string): Json[] {
  return rows
    .filter(({ kind }) => kind !== "notice")
    .map((row) => ({
      id: row.id,
      references: row.aliases.map((id) => ({ id, source: { name: sourceOf(id) } })),
      ratings: [
        {
          severity: SEVERITY[row.severity],
          source: { name: row.severitySource },
          ...(row.cvss && { score: row.cvss.score, vector: row.cvss.vector }),
        },
      ],
      ...(row.summary && { description: row.summary }),
      ...(row.fixedVersion && { recommendation: `Update ${row.package.name} to ${row.fixedVersion}` }),
      ...(row.allowed && { analysis: { state: "in_triage", detail: row.allowed.reason || "allowed" } }),
      affects: [{ ref: refOf(row.package.purl) }],
    }));
}

function sourceOf(id: string): string {
  return id.split("-")[0] ?? id;
}
