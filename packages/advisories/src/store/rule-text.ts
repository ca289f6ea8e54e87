import type { AffectedRule } from "../osv/affected.ts";

/**
 * A rule as it is stored. Nine of ten are a single range in the ecosystem's own order, from the beginning to a fix: of
 * those only the fix is kept.
 */
export type StoredRule = string | AffectedRule;

export function toStoredRule(rule: AffectedRule): StoredRule {
  const [range] = rule.r ?? [];
  const [start, end] = range?.e ?? [];
  const isPlain = rule.r?.length === 1 && range?.k === "e" && range.e.length === 2 && hasNothingElse(rule);
  return isPlain && start?.[0] === "i" && start[1] === "0" && end?.[0] === "f" ? end[1] : rule;
}

export function fromStoredRule(stored: StoredRule): AffectedRule {
  if (typeof stored !== "string") return stored;
  return {
    r: [
      {
        k: "e",
        e: [
          ["i", "0"],
          ["f", stored],
        ],
      },
    ],
  };
}

function hasNothingElse({ v, severity, state, symbols, odd }: AffectedRule): boolean {
  return v === undefined && severity === undefined && state === undefined && !symbols && !odd;
}
