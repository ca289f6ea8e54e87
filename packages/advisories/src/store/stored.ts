import { schemeOf } from "../osv/ecosystems.ts";
import { ADVISORY_KINDS, type AdvisoryKind } from "../osv/kind.ts";
import { createVersionReader, type VersionScheme } from "../versions/scheme.ts";
import { type AdvisoryFacts, parseFacts } from "./facts.ts";
import { RuleGroup } from "./rule-group.ts";
import type { StoredRule } from "./rule-text.ts";

/** All rules of a package, with the order that its versions are in. */
export interface PackageAdvisories {
  readonly ecosystem: string;
  readonly name: string;
  readonly scheme: VersionScheme<unknown>;
  readonly groups: readonly RuleGroup[];
}

export interface StoredAdvisory extends AdvisoryFacts {
  readonly number: number;
  readonly id: string;
  readonly modified: string;
  readonly kind: AdvisoryKind;
  /** True when another record shares one of its ids; else nothing is found by looking for them. */
  readonly isLinked: boolean;
  readonly withdrawn?: string;
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

/** @param rules as the package's row has them */
export function readPackage(ecosystem: string, name: string, rules: string): PackageAdvisories {
  const scheme = schemeOf(ecosystem);
  const stored: readonly (readonly [StoredRule, readonly number[]])[] = JSON.parse(rules);
  const read = createVersionReader();
  const groups = stored.map(([rule, numbers]) => new RuleGroup(scheme, read, rule, numbers));
  return { ecosystem, name, scheme, groups };
}

/** Columns of `advisory`, in the order that `readAdvisory` takes them. */
export const ADVISORY_COLUMNS = "id, osv, modified, kind, withdrawn, linked, facts";

export function readAdvisory(row: readonly unknown[]): StoredAdvisory {
  const [number, id, modified, kind, withdrawn, linked, facts] = row;
  const [aliases, upstream, severity, published, summary, references] = parseFacts(String(facts));
  return {
    number: Number(number),
    id: String(id),
    modified: String(modified),
    kind: ADVISORY_KINDS[Number(kind)] ?? "vulnerability",
    isLinked: linked === 1,
    withdrawn: optionalText(withdrawn),
    aliases,
    upstream,
    severity,
    published: published ?? undefined,
    summary: summary ?? undefined,
    references,
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
