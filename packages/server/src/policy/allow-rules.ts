import type { FindingFact } from "../matching/outcome.ts";

/** What an entry of an allow list says, as the counting needs it. */
export interface AllowRule {
  readonly id: string;
  /** Upper case. */
  readonly advisory: string;
  readonly package: string | null;
  readonly reason: string;
  readonly expiresAt: number | null;
}

/** The rule that hides a finding: one of its ids, and the package where the rule names one. Expired rules hide nothing. */
export function findRule(
  rules: readonly AllowRule[],
  finding: Pick<FindingFact, "ids" | "package">,
  now: number,
): AllowRule | undefined {
  if (rules.length === 0) return undefined;
  const ids = new Set(finding.ids.map((id) => id.toUpperCase()));
  return rules.find(
    (rule) =>
      ids.has(rule.advisory) &&
      (rule.package === null || rule.package === finding.package) &&
      (rule.expiresAt === null || rule.expiresAt > now),
  );
}

/** Reads what a person pasted: ids parted by commas, blanks or new lines, each once, in upper case. */
export function parseAdvisoryIds(text: string): string[] {
  const ids = text.split(/[\s,;]+/).filter((id) => id !== "");
  return [...new Set(ids.map((id) => id.toUpperCase()))];
}
