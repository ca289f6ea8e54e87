import type { Clock, Logger, Metrics } from "@tidewaiter/runtime";
import type { AdvisoryStatus } from "./advisories/advisories.ts";
import type { Presence } from "./connections/presence.ts";
import type { ScanRow } from "./scans/scan-view.ts";
import type { Db } from "./store/open.ts";

export interface MetricsOptions {
  readonly metrics: Metrics;
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly presence: Presence;
  readonly advisories: () => Promise<AdvisoryStatus>;
}

/** What the server counts beside requests. */
export interface ServerMetrics {
  scanEnded(row: ScanRow): void;
  /** Keeps the gauges up to date; until the signal fires. */
  run(signal: AbortSignal): Promise<void>;
}

const REFRESH_MS = 15_000;
const SECONDS = [1, 5, 15, 60, 300, 1_800, 3_600];

export function createServerMetrics({ metrics, db, clock, log, presence, advisories }: MetricsOptions): ServerMetrics {
  const ended = metrics.counter("tidewaiter_scans_total", "Scans that ended, by state and error code", [
    "state",
    "code",
  ]);
  const seconds = metrics.histogram("tidewaiter_scan_seconds", "Time from queueing to the end", ["state"], SECONDS);
  const active = metrics.gauge("tidewaiter_scans_active", "Scans that are queued or running", ["state"]);
  const oldest = metrics.gauge("tidewaiter_scan_job_age_seconds", "Age of the oldest scan that has not ended");
  const connected = metrics.gauge("tidewaiter_connections_connected", "Connections with a broker client now");
  const age = metrics.gauge("tidewaiter_advisories_age_seconds", "Age of the advisory data; -1 without data");
  const waiting = metrics.gauge("tidewaiter_deliveries_waiting", "Alerts that wait to be sent");
  const refresh = async (): Promise<void> => {
    const scans = await readActive(db);
    for (const state of ["Queued", "Scanning"]) active.set({ state }, scans.counts.get(state) ?? 0);
    oldest.set(scans.oldestAt === null ? 0 : (clock.now() - scans.oldestAt) / 1_000);
    connected.set(presence.live().length);
    const { ageHours } = await advisories();
    age.set(ageHours === null ? -1 : ageHours * 3_600);
    waiting.set(await countWaiting(db));
  };
  return {
    scanEnded(row) {
      const code = row.error === null ? "" : String(JSON.parse(row.error).code);
      ended.inc({ state: row.state, code });
      seconds.observe({ state: row.state }, ((row.finished_at ?? clock.now()) - row.queued_at) / 1_000);
    },
    async run(signal) {
      while (!signal.aborted) {
        await refresh().catch((error) => {
          if (!signal.aborted) log.warn("figures were not read", { error });
        });
        await clock.sleep(REFRESH_MS, signal).catch(() => {});
      }
    },
  };
}

async function readActive(db: Db): Promise<{ counts: Map<string, number>; oldestAt: number | null }> {
  const rows = await db
    .selectFrom("scans")
    .select(({ fn }) => ["state", fn.countAll<number>().as("count"), fn.min("queued_at").as("oldest")])
    .where("state", "in", ["Queued", "Scanning"])
    .groupBy("state")
    .execute();
  const times = rows.map(({ oldest }) => Number(oldest));
  return {
    counts: new Map(rows.map(({ state, count }) => [state, Number(count)])),
    oldestAt: times.length === 0 ? null : Math.min(...times),
  };
}

async function countWaiting(db: Db): Promise<number> {
  const row = await db
    .selectFrom("deliveries")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("state", "=", "waiting")
    .executeTakeFirstOrThrow();
  return Number(row.count);
}
