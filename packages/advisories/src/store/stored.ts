import type { AffectedRule } from "../osv/affected.ts";
import { schemeOf } from "../osv/ecosystems.ts";
import { ADVISORY_KINDS, type AdvisoryKind } from "../osv/kind.ts";
import { type ReadyRange, readyRange } from "../osv/range.ts";
import type { SeverityFacts } from "../osv/severity.ts";
import type { VersionScheme } from "../versions/scheme.ts";

/** One affected entry of a package, ready to be asked. */
export interface Candidate {
  readonly advisory: number;
  readonly rule: AffectedRule;
  readonly ranges: readonly ReadyRange[];
}

/** All candidates of a package, with the order that its versions are in. */
export interface PackageAdvisories {
  readonly ecosystem: string;
  readonly name: string;
  readonly scheme: VersionScheme<unknown>;
  readonly candidates: readonly Candidate[];
}

export interface StoredAdvisory {
  readonly number: number;
  readonly id: string;
  readonly modified: string;
  readonly kind: AdvisoryKind;
  /** True when another record shares one of its ids; else nothing is found by looking for them. */
  readonly isLinked: boolean;
  readonly withdrawn?: string;
  readonly published?: string;
  readonly summary?: string;
  readonly severity: SeverityFacts;
  readonly aliases: readonly string[];
  readonly upstream: readonly string[];
  readonly references: readonly string[];
}

export interface EcosystemStatus {
  readonly name: string;
  readonly records: number;
  /** `modified` of the newest record. */
  readonly newest: string;
}

export interface Threat {
  readonly exploited?: { readonly addedAt: string; readonly dueAt?: string; readonly isRansomware: boolean };
  readonly epss?: { readonly score: number; readonly percentile: number; readonly date: string };
}

export interface FixState {
  readonly state?: string;
  readonly urgency?: string;
}

type Row = Readonly<Record<string, unknown>>;

export function readPackage(ecosystem: string, name: string, rows: readonly Row[]): PackageAdvisories {
  const scheme = schemeOf(ecosystem);
  const candidates = rows.map((row) => {
    const rule: AffectedRule = JSON.parse(String(row.rule));
    const ranges = (rule.r ?? []).map((range) => readyRange(scheme, range));
    return { advisory: Number(row.advisory), rule, ranges };
  });
  return { ecosystem, name, scheme, candidates };
}

export function readAdvisory(number: number, row: Row): StoredAdvisory {
  return {
    number,
    id: String(row.osv),
    modified: String(row.modified),
    kind: ADVISORY_KINDS[Number(row.kind)] ?? "vulnerability",
    isLinked: Number(row.linked) === 1,
    withdrawn: row.withdrawn === null ? undefined : String(row.withdrawn),
    ...JSON.parse(String(row.facts)),
  };
}

/** The catalogue has a few thousand entries at most, and every finding asks. */
export function readExploitedAll(rows: readonly Row[]): ReadonlyMap<string, Threat["exploited"]> {
  return new Map(
    rows.map((row) => [
      String(row.cve),
      { addedAt: String(row.added), dueAt: optionalText(row.due), isRansomware: Number(row.ransomware) === 1 },
    ]),
  );
}

export function optionalText(value: unknown): string | undefined {
  return value === null || value === undefined ? undefined : String(value);
}
