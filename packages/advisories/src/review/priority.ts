import type { Finding } from "@tidewaiter/inventory";

/** Age from which EPSS scores no longer tell of today. */
const EPSS_STALE_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * What to look at first, 0 to 1.05: known exploited flaws, then by the chance of an attack and by score, a fix a little
 * above none. For sorting only; it never stands in for severity.
 */
export function priorityOf({ isKnownExploited, epss, cvss, fixedVersion }: Finding): number {
  const base = isKnownExploited ? 1 : 0.6 * (epss?.score ?? 0) + 0.4 * ((cvss?.score ?? 0) / 10);
  return base + (fixedVersion === undefined ? 0 : 0.05);
}

/** True when the scores are older than a week: show their date. */
export function isEpssStale(date: string, now: Date = new Date()): boolean {
  return !(now.getTime() - Date.parse(date) < EPSS_STALE_MS);
}
