import type { AffectedRule } from "../osv/affected.ts";
import { type RangeEvent, readyRange, type VersionRange } from "../osv/range.ts";
import type { VersionScheme } from "../versions/scheme.ts";

/**
 * A rule as it is stored. Nearly all are one range, and most of those go from the beginning to a fix: of these only the
 * fix is kept. Ranges are text, events in order and on a line each, so that a package's rules are few objects in memory.
 */
export type StoredRule = string | StoredFacts;

/** A rule that says more than one range; `r` holds ranges as text. */
export interface StoredFacts extends Omit<AffectedRule, "r"> {
  readonly r?: readonly string[];
}

export function toStoredRule(ecosystem: VersionScheme<unknown>, rule: AffectedRule): StoredRule {
  const texts = rule.r?.map((range) => formatStored(ecosystem, range));
  const [only] = texts ?? [];
  return only !== undefined && texts?.length === 1 && hasNothingElse(rule) ? only : { ...rule, r: texts };
}

export function fromStoredRule(stored: StoredRule): AffectedRule {
  if (typeof stored === "string") return { r: [parseStored(stored)] };
  return { ...stored, r: stored.r?.map(parseStored) };
}

/** The fix alone when the text is such a range, else undefined. */
export function fixOfPlain(text: string): string | undefined {
  return text.includes("\n") ? undefined : text;
}

function formatStored(ecosystem: VersionScheme<unknown>, range: VersionRange): string {
  const { events } = readyRange(ecosystem, range);
  const [start, end] = events;
  const isPlain = range.k === "e" && events.length === 2 && start?.[0] === "i" && start[1] === "0" && end?.[0] === "f";
  return isPlain ? (end?.[1] ?? "") : [range.k, ...events.map(([code, version]) => code + version)].join("\n");
}

/** A range as it was stored, its events in order. */
export function parseStored(text: string): VersionRange {
  const fix = fixOfPlain(text);
  if (fix !== undefined) {
    const events: readonly RangeEvent[] = [
      ["i", "0"],
      ["f", fix],
    ];
    return { k: "e", e: events };
  }
  const [kind = "e", ...events] = text.split("\n");
  return { k: kind, e: events.map((event) => [event.charAt(0), event.slice(1)]) };
}

function hasNothingElse({ v, severity, state, symbols, odd }: AffectedRule): boolean {
  return v === undefined && severity === undefined && state === undefined && !symbols && !odd;
}
