import { BrokerError, type Clock } from "@tidewaiter/runtime";
import type { z } from "zod";
import { notFound, sees, type Viewer } from "../access/principal.ts";
import type { ProjectView, projectRoutes } from "../api/contract/projects.ts";
import type { ScanView } from "../api/contract/scans.ts";
import type { Schedule } from "../api/contract/schedule-schema.ts";
import { toTotals } from "../images/totals.ts";
import { toScanView } from "../scans/scan-view.ts";
import { startScan } from "../scans/start-scans.ts";
import type { StopScans } from "../scans/stop-scans.ts";
import type { Db } from "../store/open.ts";
import { decodeCursor, type Page, type PageQuery, toPage } from "../store/paging.ts";
import type { Tables } from "../store/tables.ts";
import { toIso, toJson } from "../store/values.ts";
import { listProjects, type ProjectsQuery } from "./list-projects.ts";
import { toProjectViews } from "./project-view.ts";

export interface ProjectsOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly stopScans: StopScans;
  readonly queueTimeoutMs: number;
  readonly changed: (scan: Tables["scans"]) => void;
  readonly wake: () => void;
}

type HistoryRow = z.output<(typeof projectRoutes)["history"]["response"]>["items"][number];

/** Tags (or digests) that somebody imported. All throw NOT_FOUND for what the viewer may not see. */
export interface Projects {
  list(viewer: Viewer, query: ProjectsQuery): Promise<Page<ProjectView>>;
  show(viewer: Viewer, id: string): Promise<ProjectView>;
  open(viewer: Viewer, id: string): Promise<void>;
  setSchedule(viewer: Viewer, id: string, schedule: Schedule | null): Promise<ProjectView>;
  remove(viewer: Viewer, id: string): Promise<void>;
  /** @throws {BrokerError} CONFLICT while a scan of it runs. */
  scan(viewer: Viewer, id: string): Promise<ScanView>;
  scanAll(connectionId: string, repository: string | undefined): Promise<{ started: number; alreadyRunning: number }>;
  history(viewer: Viewer, id: string, query: PageQuery): Promise<Page<HistoryRow>>;
}

const ROWS_AT_ONCE = 200;

export function createProjects(options: ProjectsOptions): Projects {
  const { db, clock, stopScans } = options;
  const find = async (viewer: Viewer, id: string): Promise<Tables["projects"]> => {
    const row = await db.selectFrom("projects").selectAll().where("id", "=", id).executeTakeFirst();
    if (!row || !sees(viewer, row.connection_id)) throw notFound("project");
    return row;
  };
  const view = async (row: Tables["projects"]): Promise<ProjectView> => {
    const [shown] = await toProjectViews(db, [row], clock.now());
    if (!shown) throw notFound("project");
    return shown;
  };
  return {
    list: (viewer, query) => listProjects(db, viewer, query, clock.now()),
    show: async (viewer, id) => view(await find(viewer, id)),
    async open(viewer, id) {
      await find(viewer, id);
      await db.updateTable("projects").set({ new_until: 0 }).where("id", "=", id).execute();
    },
    async setSchedule(viewer, id, schedule) {
      await find(viewer, id);
      const set = { schedule: schedule && toJson(schedule), next_run_at: null };
      await db.updateTable("projects").set(set).where("id", "=", id).execute();
      return view(await find(viewer, id));
    },
    async remove(viewer, id) {
      await find(viewer, id);
      await stopScans.all({ projectId: id });
      await db.deleteFrom("projects").where("id", "=", id).execute();
    },
    async scan(viewer, id) {
      const target = await find(viewer, id);
      const row = await start(options, target);
      if (!row) throw new BrokerError("CONFLICT", "a scan of this image is queued or running already");
      options.changed(row);
      options.wake();
      return toScanView(row, clock.now());
    },
    scanAll: (connectionId, repository) => scanAll(options, connectionId, repository),
    async history(viewer, id, query) {
      await find(viewer, id);
      return readHistory(db, id, query);
    },
  };
}

function start(
  { db, clock, queueTimeoutMs }: ProjectsOptions,
  target: Tables["projects"],
): Promise<Tables["scans"] | undefined> {
  return db.transaction().execute((trx) => startScan(trx, clock, target, { trigger: "manual", queueTimeoutMs }));
}

/** Those that run already are left alone: one old scan never blocks the rest. */
async function scanAll(options: ProjectsOptions, connectionId: string, repository: string | undefined) {
  let [started, alreadyRunning, after] = [0, 0, ""];
  for (;;) {
    const rows = await options.db
      .selectFrom("projects")
      .selectAll()
      .where("connection_id", "=", connectionId)
      .where("id", ">", after)
      .$if(repository !== undefined, (query) => query.where("repository", "=", repository ?? ""))
      .orderBy("id")
      .limit(ROWS_AT_ONCE)
      .execute();
    for (const row of rows) {
      if (await start(options, row)) started += 1;
      else alreadyRunning += 1;
    }
    const last = rows.at(-1);
    if (!last) break;
    after = last.id;
  }
  options.wake();
  return { started, alreadyRunning };
}

async function readHistory(db: Db, projectId: string, { limit, cursor }: PageQuery): Promise<Page<HistoryRow>> {
  const after = decodeCursor(cursor, 1)?.[0];
  const rows = await db
    .selectFrom("tag_history")
    .leftJoin("images", "images.id", "tag_history.image_id")
    .leftJoin("inventories", "inventories.id", "images.inventory_id")
    .select(["tag_history.id", "tag_history.digest", "tag_digest", "seen_at", "images.id as image_id"])
    .select(["images.worst", "images.remaining", "inventories.found", "inventories.coverage"])
    .where("project_id", "=", projectId)
    .$if(after !== undefined, (query) => query.where("tag_history.id", "<", String(after)))
    .orderBy("tag_history.id", "desc")
    .limit(limit + 1)
    .execute();
  return toPage(
    rows,
    limit,
    ({ id }) => [id],
    (row) => ({
      digest: row.digest,
      tagDigest: row.tag_digest,
      seenAt: toIso(row.seen_at),
      imageId: row.image_id,
      totals: toTotals(row),
    }),
  );
}
