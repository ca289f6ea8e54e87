import type { Coverage as CoverageOfSubject, MatchReport } from "@tidewaiter/advisories";
import { type Finding, SEVERITIES, type Severity } from "@tidewaiter/inventory";
import { type Counts, type Coverage, emptyCounts } from "../api/contract/counts.ts";

/** A narrow row of the table `findings`. */
export interface FindingFact {
  readonly seq: number;
  readonly severity: number;
  readonly advisory: string;
  /** Display id and aliases: what an allow-list entry may name. */
  readonly ids: readonly string[];
  readonly package: string;
  readonly version: string;
  readonly purl: string;
  readonly fixedVersion: string | null;
  readonly isKnownExploited: boolean;
  readonly issueKey: string;
}

/** What a match means to the store. Findings stand worst first; `facts` leaves out notices. */
export interface MatchOutcome {
  readonly findings: readonly Finding[];
  readonly facts: readonly FindingFact[];
  readonly found: Counts | null;
  readonly coverage: Coverage;
  readonly coverageRows: readonly CoverageOfSubject[];
  readonly generation: string;
}

export function toOutcome(report: MatchReport): MatchOutcome {
  const coverage = overallCoverage(report.coverage);
  const facts = toFacts(report.findings);
  return {
    findings: report.findings,
    facts,
    found: coverage === "none" ? null : countFacts(facts),
    coverage,
    coverageRows: report.coverage,
    generation: report.dataBuiltAt,
  };
}

/** The countable findings; notices are none. */
export function toFacts(findings: readonly Finding[]): FindingFact[] {
  return findings.flatMap((finding, seq) => (finding.kind === "notice" ? [] : [toFact(finding, seq)]));
}

/** Nothing to look at, or nothing that advisories know, is no data; it is not a clean image. */
export function overallCoverage(rows: readonly CoverageOfSubject[]): Coverage {
  const judged = rows.filter(({ packages }) => packages > 0);
  const known = judged.filter(({ state }) => state !== "not_covered").length;
  if (known === 0) return "none";
  return known === judged.length ? "full" : "partial";
}

export function countFacts(facts: readonly Pick<FindingFact, "severity" | "fixedVersion">[]): Counts {
  const counts = emptyCounts();
  for (const { severity, fixedVersion } of facts) {
    counts[severityAt(severity)] += 1;
    counts.total += 1;
    if (fixedVersion !== null) counts.fixable += 1;
  }
  return counts;
}

/** Rank of the worst severity that remains; that of `none` when nothing does, null without data. */
export function worstRank(counts: Counts | null): number | null {
  if (counts === null) return null;
  const worst = SEVERITIES.findIndex((severity) => counts[severity] > 0);
  return worst < 0 ? SEVERITIES.indexOf("none") : worst;
}

export function severityAt(rank: number): Severity {
  return SEVERITIES[rank] ?? "unknown";
}

/** A finding's identity within a repository: it survives a rebuild and a new version of the package. */
export function issueKeyOf({ id, package: { type, namespace, name } }: Finding): string {
  return [type, namespace ?? "", name, id].join("|");
}

function toFact(finding: Finding, seq: number): FindingFact {
  return {
    seq,
    severity: SEVERITIES.indexOf(finding.severity),
    advisory: finding.id,
    ids: [finding.id, ...finding.aliases],
    package: finding.package.name,
    version: finding.package.version,
    purl: finding.package.purl,
    fixedVersion: finding.fixedVersion ?? null,
    isKnownExploited: finding.isKnownExploited,
    issueKey: issueKeyOf(finding),
  };
}
