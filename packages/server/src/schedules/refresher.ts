import { stateIdentifierSchema } from "@tidewaiter/contract";
import { type Clock, createLimiter, type Logger, toBrokerError } from "@tidewaiter/runtime";
import type { ScanView } from "../api/contract/scans.ts";
import type { AgentCalls } from "../connections/agent-calls.ts";
import type { Rules } from "../imports/rules.ts";
import { startScan } from "../scans/start-scans.ts";
import type { Db } from "../store/open.ts";
import type { Tables } from "../store/tables.ts";

export interface RefresherOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly agent: AgentCalls;
  readonly rules: Rules;
  readonly queueTimeoutMs: number;
  readonly wake: () => void;
  readonly signal: AbortSignal;
}

export interface RefreshCount {
  readonly looked: number;
  readonly moved: number;
}

/** Looks whether tags still name the same image, and scans those that moved. Nothing else is pulled. */
export interface Refresher {
  /** Projects of a connection that have no timetable of their own, and the rules that follow new tags. */
  connection(connectionId: string, trigger: ScanView["trigger"]): Promise<RefreshCount>;
  projects(rows: readonly Tables["projects"][], trigger: ScanView["trigger"]): Promise<RefreshCount>;
}

const ROWS_AT_ONCE = 200;
const CALLS_AT_ONCE = 8;
const CALL_MS = 30_000;
/** The way to the registry is closed: asking for the other tags of the connection is pointless. */
const GIVE_UP: readonly string[] = [
  "NO_CONNECTION",
  "TUNNEL_DOWN",
  "DOWNSTREAM_UNREACHABLE",
  "REGISTRY_UNAUTHORIZED",
  "REGISTRY_UNREACHABLE",
  "REGISTRY_DNS",
];

export function createRefresher(options: RefresherOptions): Refresher {
  const { db, rules, wake } = options;
  const projects: Refresher["projects"] = async (rows, trigger) => {
    const limiter = createLimiter(CALLS_AT_ONCE);
    const moved = await Promise.all(
      rows.map((row) => limiter.run(() => refreshOne(options, row, trigger), options.signal)),
    );
    wake();
    return { looked: rows.length, moved: moved.filter(Boolean).length };
  };
  return {
    projects,
    async connection(connectionId, trigger) {
      let [looked, moved] = [0, 0];
      for (
        let rows = await nextRows(db, connectionId, "");
        rows.length > 0;
        rows = await nextRows(db, connectionId, rows.at(-1)?.id ?? "")
      ) {
        const count = await projects(rows, trigger);
        looked += count.looked;
        moved += count.moved;
      }
      for (const ruleId of await rules.idsOf(connectionId)) await rules.run(ruleId);
      return { looked, moved };
    },
  };
}

function nextRows(db: Db, connectionId: string, after: string): Promise<Tables["projects"][]> {
  return db
    .selectFrom("projects")
    .selectAll()
    .where("connection_id", "=", connectionId)
    .where("schedule", "is", null)
    .where("id", ">", after)
    .orderBy("id")
    .limit(ROWS_AT_ONCE)
    .execute();
}

/** True when a scan was queued. A tag that is gone is scanned as well: its scan says so. */
async function refreshOne(
  options: RefresherOptions,
  row: Tables["projects"],
  trigger: ScanView["trigger"],
): Promise<boolean> {
  const { db, clock, log, queueTimeoutMs } = options;
  if (row.active_scan_id !== null) return false;
  try {
    const present = row.image_id === null ? undefined : await askState(options, row);
    if (present !== undefined && present === row.state_identifier) return false;
  } catch (error) {
    options.signal.throwIfAborted();
    const { code } = toBrokerError(error);
    if (GIVE_UP.includes(code)) throw error;
    log.info("the state of a tag is not known", { projectId: row.id, code });
    if (code !== "MANIFEST_UNKNOWN") return false;
  }
  const scan = await db.transaction().execute((trx) => startScan(trx, clock, row, { trigger, queueTimeoutMs }));
  return scan !== undefined;
}

async function askState(
  { agent, signal }: RefresherOptions,
  { connection_id, repository, reference }: Tables["projects"],
): Promise<string> {
  const query = new URLSearchParams({ repository, reference });
  const call = { method: "GET", path: `/get-state-identifier?${query}`, signal, deadlineMs: CALL_MS } as const;
  return (await agent.json(connection_id, stateIdentifierSchema, call)).stateIdentifier;
}
