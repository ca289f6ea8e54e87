import { type Clock, type Logger, toBrokerError } from "@tidewaiter/runtime";
import type { ScanView } from "../api/contract/scans.ts";
import type { Schedule } from "../api/contract/schedule-schema.ts";
import type { Db } from "../store/open.ts";
import type { Tables } from "../store/tables.ts";
import { fromJson } from "../store/values.ts";
import { nextRun } from "./next-runs.ts";
import type { Refresher } from "./refresher.ts";
import type { Schedules } from "./schedules.ts";

export interface TimekeeperOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly schedules: Schedules;
  readonly refresher: Refresher;
  readonly tickMs: number;
  /** Of several servers one looks. */
  readonly leads: () => boolean;
  readonly signal: AbortSignal;
}

/** Runs what is due: timetables and polling. A run that was missed while the server was down is made up for once. */
export interface Timekeeper {
  /** One round; returns when what was due has been looked at. */
  tick(): Promise<void>;
  /** Until the signal fires. */
  run(): Promise<void>;
}

const ROWS_AT_ONCE = 200;

export function createTimekeeper(options: TimekeeperOptions): Timekeeper {
  const { clock, log, tickMs, signal } = options;
  const tick = async (): Promise<void> => {
    if (!options.leads()) return;
    const due = [
      ...(await dueByOrganisation(options)),
      ...(await dueConnections(options)),
      ...(await duePolls(options)),
    ];
    await Promise.all(due.map(({ id, trigger }) => refresh(options, id, trigger)));
    await refreshProjects(options, await dueProjects(options));
  };
  return {
    tick,
    async run() {
      while (!signal.aborted) {
        await tick().catch((error) => {
          if (!signal.aborted) log.error("timetables were not looked at", { error });
        });
        await clock.sleep(tickMs, signal).catch(() => {});
      }
    },
  };
}

interface Due {
  readonly id: string;
  readonly trigger: ScanView["trigger"];
}

async function refresh(
  { refresher, log, signal }: TimekeeperOptions,
  connectionId: string,
  trigger: ScanView["trigger"],
): Promise<void> {
  try {
    const { looked, moved } = await refresher.connection(connectionId, trigger);
    log.info("connection looked at again", { connectionId, trigger, looked, moved });
  } catch (error) {
    if (!signal.aborted)
      log.warn("connection could not be looked at", { connectionId, trigger, code: toBrokerError(error).code });
  }
}

async function refreshProjects(
  { refresher, log, signal }: TimekeeperOptions,
  rows: readonly Tables["projects"][],
): Promise<void> {
  for (const group of Map.groupBy(rows, (row) => row.connection_id).values()) {
    await refresher.projects(group, "schedule").catch((error) => {
      if (!signal.aborted) log.warn("images could not be looked at", { code: toBrokerError(error).code });
    });
  }
}

async function dueByOrganisation({ db, schedules }: TimekeeperOptions): Promise<Due[]> {
  if (!(await schedules.claimOrganisation())) return [];
  const rows = await db.selectFrom("connections").select("id").where("schedule", "is", null).execute();
  return rows.map(({ id }) => ({ id, trigger: "schedule" }));
}

/** A due row is taken by moving its time on: of several servers one does it. */
async function dueConnections({ db, clock }: TimekeeperOptions): Promise<Due[]> {
  const now = clock.now();
  const rows = await db
    .selectFrom("connections")
    .select(["id", "schedule", "next_run_at"])
    .where("next_run_at", "<=", now)
    .execute();
  const taken: Due[] = [];
  for (const row of rows) {
    const next_run_at = row.schedule === null ? null : nextRun(fromJson<Schedule>(row.schedule), now);
    const update = db
      .updateTable("connections")
      .set({ next_run_at })
      .where("id", "=", row.id)
      .where("next_run_at", "=", row.next_run_at);
    if ((await update.executeTakeFirst()).numUpdatedRows === 1n) taken.push({ id: row.id, trigger: "schedule" });
  }
  return taken;
}

async function duePolls({ db, clock }: TimekeeperOptions): Promise<Due[]> {
  const now = clock.now();
  const rows = await db
    .selectFrom("connections")
    .select(["id", "poll_seconds", "next_poll_at"])
    .where("next_poll_at", "<=", now)
    .execute();
  const taken: Due[] = [];
  for (const row of rows) {
    const next_poll_at = row.poll_seconds === null ? null : now + row.poll_seconds * 1_000;
    const update = db
      .updateTable("connections")
      .set({ next_poll_at })
      .where("id", "=", row.id)
      .where("next_poll_at", "=", row.next_poll_at);
    if ((await update.executeTakeFirst()).numUpdatedRows === 1n && row.poll_seconds !== null)
      taken.push({ id: row.id, trigger: "poll" });
  }
  return taken;
}

async function dueProjects({ db, clock }: TimekeeperOptions): Promise<Tables["projects"][]> {
  const now = clock.now();
  const rows = await db
    .selectFrom("projects")
    .selectAll()
    .where("next_run_at", "<=", now)
    .limit(ROWS_AT_ONCE)
    .execute();
  const taken: Tables["projects"][] = [];
  for (const row of rows) {
    const next_run_at = row.schedule === null ? null : nextRun(fromJson<Schedule>(row.schedule), now);
    const update = db
      .updateTable("projects")
      .set({ next_run_at })
      .where("id", "=", row.id)
      .where("next_run_at", "=", row.next_run_at);
    if ((await update.executeTakeFirst()).numUpdatedRows === 1n) taken.push(row);
  }
  return taken;
}
