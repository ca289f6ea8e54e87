import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type AdvisoryStore, matchInventory, openAdvisoryStore } from "@tidewaiter/advisories";
import { recordChanges } from "../../packages/advisories/src/store/changes.ts";
import { seededRandom } from "../interop/versions/mutations.ts";
import { buildInventory, inventoryOf, knownPackage, pick, readNames } from "./advisories/fleet.ts";
import { benchFolder, buildLargeSet, sampleFolder } from "./advisories/inputs.ts";
import type { Name } from "./advisories/names.ts";
import { BUILT_BEFORE, rematchFleet, storeFleet } from "./advisories/rematch.ts";

interface Row {
  readonly ours: number;
  readonly floor?: number;
  readonly unit: string;
}

const SEED = 7;
const FLEET = 10_000;
const CHANGED = 100;
const INVENTORIES = 240;
const WORST_SHOTS = 5;

/**
 * Import, matching and matching again. No peer runs here: grype and osv-scanner are programs of other ecosystems whose
 * databases need the network; what they publish about themselves is printed below the table.
 */
export async function main(args: readonly string[]): Promise<number> {
  const source = buildLargeSet();
  if (args.includes("--prepare")) return 0;
  const rounds = args.includes("--quick") ? 1 : 3;
  const rows: Record<string, Row> = {};
  const path = join(benchFolder(), "bench.db");
  measureImport(rows, source, path, rounds);
  const store = openAdvisoryStore(path);
  try {
    const names = readNames(path);
    measureMatching(rows, store, names);
    measureRematch(rows, store, names);
  } finally {
    store.close();
    rmSync(path, { force: true });
  }
  print(rows);
  return 0;
}

interface ImportFigures {
  readonly records: number;
  readonly seconds: number;
  readonly rssMb: number;
  readonly databaseMb: number;
}

function measureImport(rows: Record<string, Row>, source: string, path: string, rounds: number): void {
  const [ours, floor]: [ImportFigures[], ImportFigures[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    rmSync(path, { force: true });
    ours.push(runImport("ours", source, path));
    floor.push(runImport("floor", source, path));
  }
  const seconds = (figures: ImportFigures[]): number => median(figures.map((figure) => figure.seconds));
  rows["import-seconds"] = { ours: seconds(ours), floor: seconds(floor), unit: "seconds" };
  rows["import-rss"] = {
    ours: median(ours.map(({ rssMb }) => rssMb)),
    floor: median(floor.map(({ rssMb }) => rssMb)),
    unit: "MB",
  };
  rows["database-mb"] = { ours: median(ours.map(({ databaseMb }) => databaseMb)), unit: "MB" };
  process.stdout.write(`imported ${ours[0]?.records} records, made from ${sampleFolder()}\n`);
}

function runImport(who: string, source: string, path: string): ImportFigures {
  const script = fileURLToPath(new URL("./advisories/import-child.ts", import.meta.url));
  // As our processes run: with what was compiled before at hand.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(benchFolder(), "compiled") };
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, who, source, path], {
    encoding: "utf8",
    env,
  });
  if (status !== 0) throw new Error(`the import ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

function measureMatching(rows: Record<string, Row>, store: AdvisoryStore, names: readonly Name[]): void {
  const random = seededRandom(SEED);
  const inventories = Array.from({ length: INVENTORIES }, () => buildInventory(names, 500, random));
  const times = inventories.map((inventory) => timed(() => matchInventory(store, inventory)).ms);
  rows["match-500-median-ms"] = { ours: median(times), unit: "ms" };
  rows["match-500-p95-ms"] = {
    ours: times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0,
    unit: "ms",
  };
  const worst = inventoryOf(names.slice(0, 500).map((name) => knownPackage(name, random)));
  const shots = Array.from({ length: WORST_SHOTS }, () => {
    const fresh = openAdvisoryStore(store.path);
    const shot = timed(() => matchInventory(fresh, worst).findings.length);
    fresh.close();
    return shot;
  });
  rows["match-worst-500-ms"] = { ours: median(shots.map(({ ms }) => ms)), unit: "ms" };
  const entries = names.slice(0, 500).reduce((sum, name) => sum + name.entries, 0);
  process.stdout.write(
    `worst 500: ${entries} candidates, ${shots[0]?.value} findings, nothing cached, median of ${WORST_SHOTS}\n`,
  );
}

function measureRematch(rows: Record<string, Row>, store: AdvisoryStore, names: readonly Name[]): void {
  const random = seededRandom(SEED);
  const changes = Array.from({ length: CHANGED }, () => pick(names, random));
  const fleet = storeFleet(store, names, FLEET, changes, random);
  recordChanges(store.path, BUILT_BEFORE, { packages: changes, ecosystems: [], exploited: [], hasNewScores: false });
  const fresh = openAdvisoryStore(store.path);
  const { ms, value: concerned } = timed(() => rematchFleet(fleet, fresh));
  fresh.close();
  fleet.close();
  rows["rematch-10000-seconds"] = { ours: ms / 1000, unit: "seconds" };
  process.stdout.write(`matched again: ${concerned} of ${FLEET} inventories, for ${CHANGED} changed packages\n`);
}

function timed<T>(work: () => T): { ms: number; value: T } {
  const start = performance.now();
  const value = work();
  return { ms: performance.now() - start, value };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const PUBLISHED = [
  "Published by others, not measured here:",
  "  osv-scanner offline reads all archives into memory at each run; above 15 GB for one 10 MB SBOM (google/osv-scanner#2217)",
  "  grype v6 rebuilds its indexes for about 2 s after each download and calls data older than 5 days stale (anchore/grype)",
];

function print(rows: Readonly<Record<string, Row>>): void {
  const format = (value: number | undefined): string => (value === undefined ? "-" : value.toFixed(2)).padStart(12);
  process.stdout.write(`${"row".padEnd(26)}${"ours".padStart(12)}${"floor".padStart(12)}  unit\n`);
  for (const [name, { ours, floor, unit }] of Object.entries(rows)) {
    process.stdout.write(`${name.padEnd(26)}${format(ours)}${format(floor)}  ${unit}\n`);
  }
  process.stdout.write(`${PUBLISHED.join("\n")}\n${JSON.stringify({ bench: "advisories", rows })}\n`);
}
