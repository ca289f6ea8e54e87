import type { PgBoss } from "pg-boss";
import { type Envelope, toJob } from "./boss-jobs.ts";
import type { ClaimOptions, Job } from "./job-queue.ts";

/**
 * Fewest running jobs first, as in SQLite: the allowance for a group grows until one has something. Groups that had
 * their turn from this process are passed over until all had theirs.
 */
export async function claim(
  boss: PgBoss,
  name: string,
  turns: Turns,
  { maxPerGroup }: ClaimOptions,
): Promise<Job | undefined> {
  for (const ignoreGroups of turns.served.size > 0 ? [[...turns.served], undefined] : [undefined]) {
    for (const groupConcurrency of allowances(maxPerGroup)) {
      const [job] = await boss.fetch<Envelope>(name, { includeMetadata: true, groupConcurrency, ignoreGroups });
      if (!job) continue;
      if (!ignoreGroups) turns.served.clear();
      turns.note(job.data.group);
      return toJob(job);
    }
  }
  return undefined;
}

function allowances(maxPerGroup = 64): number[] {
  return [1, 2, 4, 8, 16, 32].filter((count) => count < maxPerGroup).concat(maxPerGroup);
}

export interface Turns {
  readonly served: Set<string>;
  note(group: string): void;
}

export function createTurns(limit = 1_000): Turns {
  const served = new Set<string>();
  return {
    served,
    note(group) {
      if (served.size >= limit) served.clear();
      served.add(group);
    },
  };
}
