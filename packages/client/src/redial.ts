const OUTAGE_SHARE = 1 / 12;
const SHORTEST_WINDOW_MS = 400;

/**
 * Wait before the next dial: none at first, then anywhere within a window (full jitter) that grows with the outage, so
 * that a server which was away for half a minute has its clients back within three seconds, and one that was away for
 * an hour is not overrun.
 */
export function redialDelay(attempt: number, outageMs: number, maxMs: number, random: () => number): number {
  if (attempt === 0) return 0;
  const windowMs = Math.min(maxMs, Math.max(SHORTEST_WINDOW_MS, outageMs * OUTAGE_SHARE));
  return Math.round(random() * windowMs);
}
