import type { OperatingSystem } from "@tidewaiter/inventory";
import type { MergedFact } from "../overlay/merged-image.ts";

/** The files that name a distribution, surest first; each fills what those before it left open. */
const RANK = ["etc/os-release", "usr/lib/os-release"];

/** The distribution of an image, put together from all files that tell of it; undefined when none does. */
export function resolveOperatingSystem(facts: readonly MergedFact[]): OperatingSystem | undefined {
  const cards = facts.flatMap(({ path, detection: { operatingSystem } }) =>
    operatingSystem ? [{ rank: rankOf(path), operatingSystem }] : [],
  );
  const merged: Partial<OperatingSystem> = {};
  for (const { operatingSystem } of cards.sort((a, b) => a.rank - b.rank)) {
    if (merged.id && operatingSystem.id && merged.id !== operatingSystem.id) continue;
    Object.assign(merged, { ...operatingSystem, ...merged });
  }
  return merged.id ? { ...merged, id: merged.id } : undefined;
}

function rankOf(path: string): number {
  const rank = RANK.indexOf(path);
  return rank < 0 ? RANK.length : rank;
}
