import type { Counts, OverviewHistory } from "../../api/types/index.ts";

export const TREND_DAYS = 7;
const DAY_MS = 86_400_000;

/** How much `now` differs from the day a week before `today` (ISO 8601); undefined while no such day was recorded. */
export function weekChange(
  items: OverviewHistory["items"],
  now: Counts,
  today: string,
): Readonly<Partial<Record<keyof Counts, number>>> | undefined {
  const then = new Date(Date.parse(today) - TREND_DAYS * DAY_MS).toISOString().slice(0, 10);
  const before = items.findLast(({ day }) => day <= then)?.counts;
  if (!before) return undefined;
  return Object.fromEntries(Object.entries(now).map(([key, count]) => [key, count - before[key as keyof Counts]]));
}
