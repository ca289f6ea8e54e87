import type { Db } from "../store/open.ts";
import type { ImportProgress } from "./import-progress.ts";
import type { Rules } from "./rules.ts";

/**
 * Takes up imports that a crash left between two steps: a rule that was being listed is listed again, and an import
 * whose last scan has ended is done. What a server that lives is listing is left to it.
 */
export async function recoverImports(
  db: Db,
  progress: ImportProgress,
  rules: Pick<Rules, "idsOf" | "run">,
  living: readonly string[],
): Promise<void> {
  const running = await db.selectFrom("imports").selectAll().where("state", "=", "running").execute();
  for (const row of running) {
    if (row.rules_left > 0 && row.owner !== null && living.includes(row.owner)) continue;
    if (row.rules_left > 0) {
      await db.updateTable("imports").set({ rules_left: 0 }).where("id", "=", row.id).execute();
      for (const ruleId of await rules.idsOf(row.connection_id)) void rules.run(ruleId);
    }
    await progress.settle(row.id);
  }
}
