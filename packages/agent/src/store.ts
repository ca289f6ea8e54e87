import { join } from "node:path";
import { createSqliteJobStore, type JobStore, openSqliteSql, SQLITE_JOBS_MIGRATION, type Sql } from "@tidewaiter/jobs";
import type { AgentSettings } from "./settings.ts";
import { AGENT_MIGRATIONS } from "./state/migrations.ts";

/** Book and queues of the agent. */
export interface AgentStore {
  readonly sql: Sql;
  readonly jobs: JobStore;
  close(): Promise<void>;
}

/** One file in the data folder. */
export async function openAgentStore({ TIDEWAITER_DATA_DIR: folder }: AgentSettings): Promise<AgentStore> {
  const sql = openSqliteSql(join(folder, "agent.db"), [SQLITE_JOBS_MIGRATION, ...AGENT_MIGRATIONS]);
  const jobs = await createSqliteJobStore(sql);
  return {
    sql,
    jobs,
    close: async () => {
      await jobs.close();
      await sql.close();
    },
  };
}
