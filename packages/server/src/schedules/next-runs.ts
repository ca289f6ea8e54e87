import { BrokerError } from "@tidewaiter/runtime";
import { Cron } from "croner";
import type { Schedule } from "../api/contract/schedule-schema.ts";

/** In UTC, as in NCR: a week begins with Saturday 00:00. */
const PATTERNS = { hourly: "0 * * * *", daily: "0 0 * * *", weekly: "0 0 * * 6" } as const;
const SHOWN_RUNS = 5;

/**
 * The next runs after a moment, in milliseconds; none for `none`.
 *
 * @throws {BrokerError} INPUT_INVALID for a custom pattern that is no cron expression of five fields or never comes.
 */
export function nextRuns(schedule: Schedule, after: number, count = SHOWN_RUNS): number[] {
  if (schedule.kind === "none") return [];
  const pattern = schedule.kind === "custom" ? (schedule.cron ?? "") : PATTERNS[schedule.kind];
  const runs = parsePattern(pattern).nextRuns(count, new Date(after));
  if (runs.length === 0) throw invalid("no such time ever comes");
  return runs.map((run) => run.getTime());
}

/** The next run, or null for `none`. */
export function nextRun(schedule: Schedule, after: number): number | null {
  return nextRuns(schedule, after, 1)[0] ?? null;
}

function parsePattern(pattern: string): Cron {
  if (pattern.trim().split(/\s+/).length !== 5)
    throw invalid("five fields are expected: minute hour day month weekday");
  try {
    return new Cron(pattern, { timezone: "UTC", paused: true });
  } catch (error) {
    throw invalid("a field has a value that cron does not know", error);
  }
}

function invalid(reason: string, cause?: unknown): BrokerError {
  return new BrokerError("INPUT_INVALID", `cron: ${reason}`, { details: [{ path: "cron", reason }], cause });
}
