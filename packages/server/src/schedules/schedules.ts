import type { Clock } from "@tidewaiter/runtime";
import type { z } from "zod";
import type { Viewer } from "../access/principal.ts";
import type { Schedule } from "../api/contract/schedule-schema.ts";
import type { scheduleRoutes } from "../api/contract/schedules.ts";
import type { Db } from "../store/open.ts";
import { fromJson, fromJsonOrNull, toIso, toJson } from "../store/values.ts";
import { nextRun, nextRuns } from "./next-runs.ts";

type Shown = z.output<(typeof scheduleRoutes)["show"]["response"]>;
type Preview = Shown["organisation"];

const KEY = "schedule";
const NONE: Schedule = { kind: "none" };
const MAX_SHOWN = 1_000;

interface Organisation {
  readonly schedule: Schedule;
  readonly nextRunAt: number | null;
}

/** Timetables: the organisation's, and overrides of connections and projects. */
export interface Schedules {
  preview(schedule: Schedule): Preview;
  show(viewer: Viewer): Promise<Shown>;
  organisation(): Promise<Organisation>;
  setOrganisation(schedule: Schedule): Promise<Preview>;
  /** Notes when a connection runs next; call it after its override changed. */
  planConnection(connectionId: string): Promise<void>;
  planProject(projectId: string): Promise<void>;
  /** When a connection is looked at next: by its own timetable, else by the organisation's. */
  nextRunOf(connectionId: string): Promise<number | null>;
  /** Takes the organisation's due run: true for exactly one caller. */
  claimOrganisation(): Promise<boolean>;
}

export function createSchedules(db: Db, clock: Pick<Clock, "now">): Schedules {
  const preview = (schedule: Schedule): Preview => ({ schedule, nextRuns: nextRuns(schedule, clock.now()).map(toIso) });
  const organisation = async (): Promise<Organisation> => {
    const row = await db.selectFrom("settings").select("value").where("key", "=", KEY).executeTakeFirst();
    return row ? fromJson<Organisation>(row.value) : { schedule: NONE, nextRunAt: null };
  };
  return {
    preview,
    organisation,
    show: async (viewer) => ({
      organisation: preview((await organisation()).schedule),
      overrides: [
        ...(await connectionOverrides(db, viewer, preview)),
        ...(await projectOverrides(db, viewer, preview)),
      ],
    }),
    async setOrganisation(schedule) {
      const value = toJson({ schedule, nextRunAt: nextRun(schedule, clock.now()) } satisfies Organisation);
      await db
        .insertInto("settings")
        .values({ key: KEY, value })
        .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
        .execute();
      return preview(schedule);
    },
    planConnection: (id) => plan(db, "connections", id, clock.now()),
    planProject: (id) => plan(db, "projects", id, clock.now()),
    async nextRunOf(connectionId) {
      const row = await db
        .selectFrom("connections")
        .select(["schedule", "next_run_at"])
        .where("id", "=", connectionId)
        .executeTakeFirst();
      return row?.schedule ? row.next_run_at : (await organisation()).nextRunAt;
    },
    async claimOrganisation() {
      const present = await organisation();
      if (present.nextRunAt === null || present.nextRunAt > clock.now()) return false;
      const next = toJson({ ...present, nextRunAt: nextRun(present.schedule, clock.now()) });
      const taken = await db
        .updateTable("settings")
        .set({ value: next })
        .where("key", "=", KEY)
        .where("value", "=", toJson(present))
        .executeTakeFirst();
      return taken.numUpdatedRows === 1n;
    },
  };
}

async function plan(db: Db, table: "connections" | "projects", id: string, now: number): Promise<void> {
  const row = await db.selectFrom(table).select("schedule").where("id", "=", id).executeTakeFirst();
  const schedule = fromJsonOrNull<Schedule>(row?.schedule ?? null);
  const next_run_at = schedule && nextRun(schedule, now);
  await db.updateTable(table).set({ next_run_at }).where("id", "=", id).execute();
}

async function connectionOverrides(
  db: Db,
  { connections }: Viewer,
  preview: (schedule: Schedule) => Preview,
): Promise<Shown["overrides"]> {
  const rows = await db
    .selectFrom("connections")
    .select(["id", "name", "schedule"])
    .where("schedule", "is not", null)
    .$if(connections !== null, (query) => query.where("id", "in", [...(connections ?? []), ""]))
    .orderBy("name")
    .limit(MAX_SHOWN)
    .execute();
  return rows.map(({ id, name, schedule }) => ({
    ...preview(fromJson<Schedule>(schedule ?? "null")),
    connectionId: id,
    projectId: null,
    name,
  }));
}

async function projectOverrides(
  db: Db,
  { connections }: Viewer,
  preview: (schedule: Schedule) => Preview,
): Promise<Shown["overrides"]> {
  const rows = await db
    .selectFrom("projects")
    .select(["id", "connection_id", "repository", "reference", "schedule"])
    .where("schedule", "is not", null)
    .$if(connections !== null, (query) => query.where("connection_id", "in", [...(connections ?? []), ""]))
    .orderBy("repository")
    .limit(MAX_SHOWN)
    .execute();
  return rows.map((row) => ({
    ...preview(fromJson<Schedule>(row.schedule ?? "null")),
    connectionId: row.connection_id,
    projectId: row.id,
    name: `${row.repository}:${row.reference}`,
  }));
}
