import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { freePorts } from "../support/free-ports.ts";
import { startPostgres, withoutPostgres } from "../support/postgres.ts";
import { FULL, type Scale } from "./server/content.ts";
import { firstViewSeconds, withoutBrowser } from "./server/first-view.ts";
import { FINDING_PATHS, LIST_PATHS, measureP99, slowest } from "./server/load.ts";
import { KEY, type Measured, startFloor, startOurs } from "./server/process.ts";
import { fillPostgres, prepareSqlite } from "./server/stores.ts";

const CACHE = fileURLToPath(new URL("../../.bench/server/", import.meta.url));
const CONSOLE = fileURLToPath(new URL("../../packages/console/dist/", import.meta.url));
const QUICK: Scale = { ...FULL, images: 10_000 };

type Cell = "ours" | "floor";
type Rows = Record<string, Partial<Record<Cell, number>> & { unit: string }>;

/**
 * A store of 100,000 images with 300 packages each and 2 million findings behind a real server process: list pages,
 * filters, start and memory, on both engines. `--quick` takes a tenth of it unless the whole was prepared.
 */
export async function main(args: readonly string[]): Promise<number> {
  const isPrepared = existsSync(join(CACHE, `sqlite-${FULL.images}`));
  const scale = args.includes("--quick") && !isPrepared ? QUICK : FULL;
  const folder = await prepareSqlite(CACHE, scale);
  if (args.includes("--prepare")) return 0;
  const rounds = args.includes("--quick") ? 5 : 20;
  process.stderr.write(`${scale.images} images, ${scale.images * scale.findings} findings\n`);
  const rows: Rows = {};
  await measureSqlite(rows, folder, rounds);
  const reason = withoutPostgres();
  if (reason) process.stderr.write(`without PostgreSQL: ${reason}\n`);
  else await measurePostgres(rows, scale, rounds);
  const pageKb = consoleKb();
  if (pageKb !== undefined) rows["page-kb"] = { ours: pageKb, unit: "KB" };
  print(rows);
  return 0;
}

async function measureSqlite(rows: Rows, folder: string, rounds: number): Promise<void> {
  const [port = 0, floorPort = 0] = await freePorts(2);
  const starts: number[] = [];
  for (let tries = 0; tries < 3; tries += 1) {
    await using server = await startOurs(port, { TIDEWAITER_DATA_DIR: folder });
    starts.push(server.startSeconds);
  }
  await using ours = await startOurs(port, { TIDEWAITER_DATA_DIR: folder });
  await using floor = await startFloor(floorPort, join(folder, "server.db"));
  rows["list-images-p99-ms"] = { ...(await alternate(ours, floor, LIST_PATHS, rounds)), unit: "ms" };
  rows["filter-findings-p99-ms"] = { ...(await alternate(ours, floor, FINDING_PATHS, rounds)), unit: "ms" };
  rows["start-seconds"] = { ours: starts.sort((a, b) => a - b)[1] ?? 0, unit: "s" };
  rows.rss = { ours: ours.rssMb(), floor: floor.rssMb(), unit: "MB" };
  await explain("sqlite", ours);
  const reason = withoutBrowser();
  if (reason) process.stderr.write(`first view not measured: ${reason}\n`);
  else rows["first-view-seconds"] = { ours: await firstViewSeconds(ours.url), unit: "s" };
}

/** Ours and the floor in turn, so that a busy moment of the machine hits both; the median of three. */
async function alternate(
  ours: Measured,
  floor: Measured,
  paths: readonly string[],
  rounds: number,
): Promise<Record<Cell, number>> {
  const samples: Record<Cell, number[]> = { ours: [], floor: [] };
  for (let turn = 0; turn < 3; turn += 1) {
    samples.ours.push(await measureP99(ours.url, paths, rounds));
    samples.floor.push(await measureP99(floor.url, paths, rounds));
  }
  const middle = (list: number[]): number => list.sort((a, b) => a - b)[1] ?? 0;
  return { ours: middle(samples.ours), floor: middle(samples.floor) };
}

async function measurePostgres(rows: Rows, scale: Scale, rounds: number): Promise<void> {
  const postgres = await startPostgres();
  try {
    await fillPostgres(postgres.url, scale);
    const [port = 0] = await freePorts(1);
    await using server = await startOurs(port, {
      TIDEWAITER_DATA_DIR: join(CACHE, "postgres"),
      DATABASE_URL: postgres.url,
    });
    rows["list-images-p99-ms-postgres"] = { ours: await measureP99(server.url, LIST_PATHS, rounds * 3), unit: "ms" };
    rows["filter-findings-p99-ms-postgres"] = {
      ours: await measureP99(server.url, FINDING_PATHS, rounds * 3),
      unit: "ms",
    };
    await explain("postgres", server);
  } finally {
    await postgres.close();
  }
}

async function explain(engine: string, server: Measured): Promise<void> {
  const metrics = await (await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${KEY}` } })).text();
  const lag = /nodejs_eventloop_lag_p99_seconds\{[^}]*\} ([\d.e+-]+)/.exec(metrics)?.[1];
  process.stderr.write(`${engine}: event-loop delay p99 ${(Number(lag) * 1_000).toFixed(1)} ms\n`);
  process.stderr.write(`${engine}: slowest ${await slowest(server.url, [...LIST_PATHS, ...FINDING_PATHS])}\n`);
}

/** What a browser loads for the first view, gzipped. */
function consoleKb(): number | undefined {
  if (!existsSync(join(CONSOLE, "index.html"))) return undefined;
  const assets = readdirSync(join(CONSOLE, "assets")).filter((name) => /\.(js|css)$/.test(name));
  const files = ["index.html", ...assets.map((name) => join("assets", name))];
  return files.reduce((sum, name) => sum + gzipSync(readFileSync(join(CONSOLE, name))).length, 0) / 1_000;
}

function print(rows: Rows): void {
  for (const [name, { ours, floor, unit }] of Object.entries(rows)) {
    const figure = (value: number | undefined): string => (value === undefined ? "-" : value.toFixed(2)).padStart(10);
    process.stdout.write(`${name.padEnd(34)}${figure(ours)}${figure(floor)}  ${unit}\n`);
  }
  process.stdout.write(`${JSON.stringify({ bench: "server", rows })}\n`);
}
