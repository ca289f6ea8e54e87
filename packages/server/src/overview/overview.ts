import type { z } from "zod";
import type { Viewer } from "../access/principal.ts";
import type { AdvisoryStatus } from "../advisories/advisories.ts";
import { type Counts, emptyCounts } from "../api/contract/counts.ts";
import type { overviewRoutes } from "../api/contract/overview.ts";
import type { Db } from "../store/open.ts";
import { fromJson } from "../store/values.ts";

type Overview = z.output<(typeof overviewRoutes)["show"]["response"]>;
type DayRow = { readonly day: string; readonly counts: Counts };

const WEEK_MS = 7 * 86_400_000;
const SHOWN_NEW = 10;

/** Adds counts; the fields are the same on both sides. */
export function addCounts(sum: Counts, more: Counts): Counts {
  const keys = Object.keys(sum) as (keyof Counts)[];
  return Object.fromEntries(keys.map((key) => [key, sum[key] + (more[key] ?? 0)])) as Counts;
}

export interface OverviewInput {
  readonly db: Db;
  readonly now: number;
  readonly advisories: AdvisoryStatus;
  readonly liveClients: (connectionId: string) => number;
}

/** State of the fleet as the viewer may see it. The sums come from `connection_totals`, which is kept while results come in. */
export async function readOverview(
  viewer: Viewer,
  { db, now, advisories, liveClients }: OverviewInput,
): Promise<Overview> {
  const connections = await visibleConnections(db, viewer);
  const ids = connections.map(({ id }) => id);
  const totals = await readTotals(db, ids);
  const states = connections.map(({ id, last_connected_at }) =>
    liveClients(id) > 0 ? "connected" : last_connected_at === null ? "waiting" : "down",
  );
  const count = (state: string): number => states.filter((present) => present === state).length;
  return {
    ...totals,
    connections: { connected: count("connected"), down: count("down"), waiting: count("waiting") },
    scans: await countScans(db, ids),
    newThisWeek: await readNew(db, ids, now),
    advisories,
  };
}

function visibleConnections(db: Db, { connections }: Viewer) {
  return db
    .selectFrom("connections")
    .select(["id", "last_connected_at"])
    .$if(connections !== null, (query) => query.where("id", "in", [...(connections ?? []), ""]))
    .execute();
}

async function readTotals(
  db: Db,
  ids: readonly string[],
): Promise<Pick<Overview, "found" | "remaining" | "projects" | "withoutData">> {
  const rows = await db
    .selectFrom("connection_totals")
    .selectAll()
    .where("connection_id", "in", [...ids, ""])
    .execute();
  const sum = (pick: (row: (typeof rows)[number]) => string): Counts =>
    rows.map((row) => fromJson<Counts>(pick(row))).reduce(addCounts, emptyCounts());
  const withData = rows.reduce((all, row) => all + row.projects - row.without_data, 0);
  return {
    found: withData === 0 ? null : sum(({ found }) => found),
    remaining: withData === 0 ? null : sum(({ remaining }) => remaining),
    projects: rows.reduce((all, row) => all + row.projects, 0),
    withoutData: rows.reduce((all, row) => all + row.without_data, 0),
  };
}

async function countScans(db: Db, ids: readonly string[]): Promise<Overview["scans"]> {
  const rows = await db
    .selectFrom("scans")
    .select(({ fn }) => ["state", fn.countAll<number>().as("count")])
    .where("state", "in", ["Queued", "Scanning"])
    .where("connection_id", "in", [...ids, ""])
    .groupBy("state")
    .execute();
  const of = (state: string): number => Number(rows.find((row) => row.state === state)?.count ?? 0);
  return { queued: of("Queued"), running: of("Scanning") };
}

async function readNew(db: Db, ids: readonly string[], now: number): Promise<Overview["newThisWeek"]> {
  const rows = await db
    .selectFrom("projects")
    .select(["id", "repository", "reference", "remaining"])
    .where("connection_id", "in", [...ids, ""])
    .where("id", ">", (now - WEEK_MS).toString(16).padStart(12, "0"))
    .orderBy("id", "desc")
    .limit(SHOWN_NEW)
    .execute();
  return rows.map(({ id, repository, reference, remaining }) => {
    const counts = remaining === null ? undefined : fromJson<Counts>(remaining);
    return { projectId: id, repository, reference, critical: counts?.critical ?? 0, high: counts?.high ?? 0 };
  });
}

/** Days without a row repeat the day before, so that the line of the chart does not fall to zero. */
export async function readHistory(
  db: Db,
  { connections }: Viewer,
  days: number,
  connectionId: string | undefined,
  now: number,
): Promise<DayRow[]> {
  const first = dayOf(now - (days - 1) * 86_400_000);
  const rows = await db
    .selectFrom("daily_totals")
    .selectAll()
    .where("day", ">=", first)
    .$if(connections !== null, (query) => query.where("connection_id", "in", [...(connections ?? []), ""]))
    .$if(connectionId !== undefined, (query) => query.where("connection_id", "=", connectionId ?? ""))
    .orderBy("day")
    .execute();
  const byDay = Map.groupBy(rows, ({ day }) => day);
  return [...byDay].map(([day, list]) => ({
    day,
    counts: list.map(({ counts }) => fromJson<Counts>(counts)).reduce(addCounts, emptyCounts()),
  }));
}

/** The day in UTC. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
