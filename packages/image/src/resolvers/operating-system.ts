import type { OperatingSystem } from "@tidewaiter/inventory";
import { FALLBACK_PATHS } from "../detectors/os-fallbacks.ts";
import type { MergedFact } from "../overlay/merged-image.ts";

/** The files that name a distribution, surest first; each fills what those before it left open. */
const RANK = ["etc/os-release", "usr/lib/os-release", ...FALLBACK_PATHS];
const MAX_CONTENT_SETS = 256;

/** The distribution of an image, put together from all files that tell of it; undefined when none does. */
export function resolveOperatingSystem(facts: readonly MergedFact[]): OperatingSystem | undefined {
  const cards = facts.flatMap(({ path, detection: { operatingSystem } }) =>
    operatingSystem ? [{ path, rank: rankOf(path), ...operatingSystem }] : [],
  );
  const merged: Partial<OperatingSystem> = {};
  for (const { path, rank: _rank, ...card } of cards.sort((a, b) => a.rank - b.rank)) {
    if (!card.id || (merged.id && merged.id !== card.id)) continue;
    const versionId = finerVersion(merged.versionId, card.versionId, path);
    Object.assign(merged, { ...card, ...merged, ...(versionId && { versionId }) });
  }
  const contentSets = [...new Set(cards.flatMap((card) => card.contentSets ?? []))].slice(0, MAX_CONTENT_SETS);
  return merged.id ? { ...merged, id: merged.id, ...(contentSets.length > 0 && { contentSets }) } : undefined;
}

/** os-release of Debian and CentOS says `12`, another file `12.5`: the longer one holds when it begins with the other. */
function finerVersion(before: string | undefined, found: string | undefined, path: string): string | undefined {
  const mayRefine = path === "etc/debian_version" || path === "etc/centos-release" || path === "etc/alpine-release";
  return mayRefine && before && found?.startsWith(`${before}.`) ? found : (before ?? found);
}

function rankOf(path: string): number {
  const rank = RANK.indexOf(path);
  return rank < 0 ? RANK.length : rank;
}
