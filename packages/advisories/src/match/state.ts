import type { FindingState } from "@tidewaiter/inventory";

/** Publishers' words for why there is no fix: Debian's tracker, Red Hat's fix state. */
const STATES: Readonly<Record<string, FindingState>> = {
  ignored: "will_not_fix",
  "will not fix": "will_not_fix",
  "out of support scope": "end_of_life",
  "end-of-life": "end_of_life",
  postponed: "deferred",
  minor: "deferred",
  "fix deferred": "deferred",
  undetermined: "under_investigation",
  "under investigation": "under_investigation",
};

/** State of a finding: a fix that is there decides; else the publisher's reason; else whether the release still gets updates. */
export function findingState(fixed: string | undefined, reason: string | undefined, isDead: boolean): FindingState {
  if (fixed !== undefined) return "fixed";
  return STATES[reason?.toLowerCase() ?? ""] ?? (isDead ? "end_of_life" : "affected");
}
