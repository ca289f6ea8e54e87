import type { Finding } from "@tidewaiter/inventory";
import type { z } from "zod";
import type { FindingRow, findingFilters } from "../api/contract/images.ts";
import { issueKeyOf } from "../matching/outcome.ts";
import { type AllowRule, findRule } from "../policy/allow-rules.ts";
import { toIso, toIsoOrNull } from "../store/values.ts";

/** A finding carries the NEW mark this long: one week. */
const NEW_MS = 7 * 86_400_000;

type Filters = { readonly [K in keyof typeof findingFilters]?: z.output<(typeof findingFilters)[K]> };

export interface FindingContext {
  readonly rules: readonly AllowRule[];
  /** By issue key: when the repository had it first. */
  readonly since: ReadonlyMap<string, number>;
  /** When the image itself came: what it brought with it is not new. */
  readonly firstSeenAt: number;
  readonly now: number;
}

/** A finding as it applies here: since when, and whether the allow list hides it. */
export function toFindingRow(finding: Finding, { rules, since, firstSeenAt, now }: FindingContext): FindingRow {
  const key = issueKeyOf(finding);
  const sinceAt = since.get(key) ?? firstSeenAt;
  const ids = [finding.id, ...finding.aliases];
  const rule = findRule(rules, { ids, package: finding.package.name }, now);
  return {
    ...finding,
    key,
    since: toIso(sinceAt),
    isNew: sinceAt > firstSeenAt && now - sinceAt < NEW_MS,
    allowed: rule ? { entryId: rule.id, reason: rule.reason, expiresAt: toIsoOrNull(rule.expiresAt) } : null,
  };
}

export function isWanted(row: FindingRow, { severity, fixable, state, allowed, search }: Filters): boolean {
  if (severity && !severity.includes(row.severity)) return false;
  if (fixable !== undefined && (row.fixedVersion !== undefined) !== fixable) return false;
  if (state && !state.includes(row.state)) return false;
  if (allowed !== undefined && (row.allowed !== null) !== allowed) return false;
  return !search || matchesText(row, search.toLowerCase());
}

function matchesText({ id, aliases, package: { name, purl }, summary = "" }: FindingRow, text: string): boolean {
  return [id, ...aliases, name, purl, summary].some((part) => part.toLowerCase().includes(text));
}
