import type { FindingFact } from "../matching/outcome.ts";
import type { Db } from "../store/open.ts";

const KEYS_AT_ONCE = 500;

/**
 * Remembers since when a repository has its findings, and returns those that it did not have before. Call it inside
 * the transaction that stores the findings.
 */
export async function recordIssues(
  db: Db,
  connectionId: string,
  repository: string,
  facts: readonly FindingFact[],
  now: number,
): Promise<FindingFact[]> {
  const byKey = new Map(facts.map((fact) => [fact.issueKey, fact]));
  const keys = [...byKey.keys()];
  const fresh: FindingFact[] = [];
  for (let start = 0; start < keys.length; start += KEYS_AT_ONCE) {
    const rows = keys
      .slice(start, start + KEYS_AT_ONCE)
      .map((issue_key) => ({ connection_id: connectionId, repository, issue_key, first_seen_at: now }));
    const added = await db
      .insertInto("issues")
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .returning("issue_key")
      .execute();
    for (const { issue_key } of added) fresh.push(byKey.get(issue_key) as FindingFact);
  }
  return fresh;
}

/** Since when a repository has each finding. */
export async function readSince(db: Db, connectionId: string, repository: string): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom("issues")
    .select(["issue_key", "first_seen_at"])
    .where("connection_id", "=", connectionId)
    .where("repository", "=", repository)
    .execute();
  return new Map(rows.map(({ issue_key, first_seen_at }) => [issue_key, first_seen_at]));
}
