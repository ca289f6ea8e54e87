import { statSync } from "node:fs";
import { type AdvisoryStore, END_OF_LIFE_TABLE_DATE, isEpssStale } from "@tidewaiter/advisories";
import { printableLine } from "@tidewaiter/runtime";

/** Age from which people are told that the data is old. */
const STALE_DAYS = 5;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface DbStatus {
  readonly path: string;
  readonly sizeBytes: number;
  /** When the data was built, ISO 8601. */
  readonly built: string;
  readonly ageDays: number;
  readonly isStale: boolean;
  readonly records: number;
  readonly ecosystems: readonly { readonly name: string; readonly records: number; readonly newest: string }[];
  /** Version of the catalogue of exploited vulnerabilities. */
  readonly kev?: string;
  /** Day of the EPSS scores. */
  readonly epss?: string;
  readonly isEpssStale?: boolean;
  readonly endOfLifeTable: string;
}

/** @throws {BrokerError} ADVISORIES_MISSING, ADVISORIES_INVALID */
export function describeStatus(store: AdvisoryStore, now: number): DbStatus {
  const { meta, ecosystems } = store.snapshot();
  const built = meta.get("built") ?? "";
  const ageDays = Math.max(0, (now - Date.parse(built)) / DAY_MS);
  const epss = meta.get("epss");
  return {
    path: store.path,
    sizeBytes: statSync(store.path).size,
    built,
    ageDays: Math.round(ageDays * 10) / 10,
    isStale: ageDays > STALE_DAYS,
    records: Number(meta.get("records") ?? 0),
    ecosystems: [...ecosystems.values()],
    kev: meta.get("kev"),
    epss,
    isEpssStale: epss === undefined ? undefined : isEpssStale(epss, new Date(now)),
    endOfLifeTable: END_OF_LIFE_TABLE_DATE,
  };
}

export function formatStatus(status: DbStatus): string {
  const { path, sizeBytes, built, ageDays, isStale, records, ecosystems, kev, epss } = status;
  const age = `${built}, ${ageDays} days old${isStale ? " (old: run tidewaiter db update)" : ""}`;
  const head = [
    ["Database", `${path}, ${(sizeBytes / 1e6).toFixed(1)} MB`],
    ["Built", age],
    ["Records", String(records)],
    ["Exploited", kev === undefined ? "not fetched (TIDEWAITER_KEV_URL)" : `CISA catalogue ${kev}`],
    [
      "EPSS",
      epss === undefined
        ? "not fetched (TIDEWAITER_EPSS_URL)"
        : `${epss}${status.isEpssStale ? " (older than a week)" : ""}`,
    ],
    ["End of life", `table of ${status.endOfLifeTable}`],
  ].map(([name = "", value = ""]) => `${name.padEnd(12)}${printableLine(value)}`);
  const width = Math.max(9, ...ecosystems.map(({ name }) => name.length));
  const rows = ecosystems.map(
    (row) => `${printableLine(row.name).padEnd(width)}  ${String(row.records).padStart(8)}  ${row.newest.slice(0, 10)}`,
  );
  return [...head, "", `${"ECOSYSTEM".padEnd(width)}   RECORDS  NEWEST`, ...rows, ""].join("\n");
}
