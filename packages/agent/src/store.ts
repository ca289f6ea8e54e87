import { join } from "node:path";
import {
  createSqliteJobStore,
  type JobStore,
  openPgBossJobStore,
  openPostgresSql,
  openSqliteSql,
  SQLITE_JOBS_MIGRATION,
  type Sql,
} from "@tidewaiter/jobs";
import type { Logger } from "@tidewaiter/runtime";
import type { AgentSettings } from "./settings.ts";
import { AGENT_MIGRATIONS } from "./state/migrations.ts";

const SCHEMA = "tidewaiter_agent";

/** Book and queues of the agent. */
export interface AgentStore {
  readonly sql: Sql;
  readonly jobs: JobStore;
  close(): Promise<void>;
}

/** The PostgreSQL of `DATABASE_URL`, which replicas share, or one file in the data folder. */
export async function openAgentStore(settings: AgentSettings, log: Logger): Promise<AgentStore> {
  const { DATABASE_URL: url, TIDEWAITER_DATA_DIR: folder } = settings;
  const sql = url
    ? await openPostgresSql({ url: url.reveal(), schema: SCHEMA, migrations: AGENT_MIGRATIONS, log })
    : await openSqliteSql(join(folder, "agent.db"), [SQLITE_JOBS_MIGRATION, ...AGENT_MIGRATIONS]);
  const jobs = url ? await openPgBossJobStore({ url: url.reveal(), sql, log }) : await createSqliteJobStore(sql);
  return {
    sql,
    jobs,
    close: async () => {
      await jobs.close();
      await sql.close();
    },
  };
}
