import type { AlertEvent } from "../api/contract/channels.ts";
import { severityAt } from "../matching/outcome.ts";
import type { NewFindings } from "../scans/save-result.ts";
import type { ScanRow } from "../scans/scan-view.ts";
import type { StoredProblem } from "../store/tables.ts";
import { fromJsonOrNull, toIso } from "../store/values.ts";

/** One thing that happened, told once to each channel. */
export interface Alert {
  readonly event: AlertEvent | "test";
  readonly connectionId: string | null;
  /** Equal keys are the same event. */
  readonly dedupeKey: string;
  /** One sentence for people. */
  readonly title: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const MAX_NAMED = 50;

export function newFindingsAlert(
  { connectionId, repository, reference, imageId, facts }: NewFindings,
  connectionName: string,
): Alert {
  const worst = severityAt(Math.min(...facts.map(({ severity }) => severity)));
  const count = facts.length;
  return {
    event: "findings.new",
    connectionId,
    dedupeKey: `findings.new ${connectionId} ${repository} ${facts
      .map(({ issueKey }) => issueKey)
      .sort()
      .join(" ")}`,
    title: `${count} new ${count === 1 ? "finding" : "findings"} in ${repository}:${reference} (worst: ${worst})`,
    data: {
      connection: { id: connectionId, name: connectionName },
      repository,
      reference,
      imageId,
      count,
      findings: facts.slice(0, MAX_NAMED).map((fact) => ({
        id: fact.advisory,
        severity: severityAt(fact.severity),
        package: fact.package,
        version: fact.version,
        fixedVersion: fact.fixedVersion,
        isKnownExploited: fact.isKnownExploited,
      })),
    },
  };
}

export function scanFailedAlert(row: ScanRow, connectionName: string): Alert {
  const error = fromJsonOrNull<StoredProblem>(row.error);
  return {
    event: "scan.failed",
    connectionId: row.connection_id,
    dedupeKey: `scan.failed ${row.id}`,
    title: `The scan of ${row.repository}:${row.reference} failed (${error?.code ?? "no code"})`,
    data: {
      connection: { id: row.connection_id, name: connectionName },
      repository: row.repository,
      reference: row.reference,
      scanId: row.id,
      error,
    },
  };
}

export function connectionLostAlert(connectionId: string, name: string, lostAt: number): Alert {
  return {
    event: "connection.lost",
    connectionId,
    dedupeKey: `connection.lost ${connectionId} ${lostAt}`,
    title: `The connection ${name} has no broker client since ${toIso(lostAt)}`,
    data: { connection: { id: connectionId, name }, lostAt: toIso(lostAt) },
  };
}

export function advisoriesStaleAlert(builtAt: string, ageHours: number): Alert {
  return {
    event: "advisories.stale",
    connectionId: null,
    dedupeKey: `advisories.stale ${builtAt}`,
    title: `The advisory data is ${Math.round(ageHours)} hours old`,
    data: { builtAt, ageHours },
  };
}

/** The body of an HTTP channel. */
export function toPayload(alert: Alert, at: number): Record<string, unknown> {
  return { event: alert.event, title: alert.title, at: toIso(at), ...alert.data };
}

/** The body of a Slack channel. Slack takes `<`, `>` and `&` for markup. */
export function toSlack(title: string): Record<string, unknown> {
  const text = title.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return { text };
}
