import { preparePeer } from "../interop/snyk-broker/peer.ts";
import { measureIdleTunnels } from "./tunnel/idle-tunnels.ts";
import { IDLE_ROWS, PEAK_ROWS, RECOVERY_ROWS, ROWS, type Row } from "./tunnel/measure.ts";
import { peakRssMb } from "./tunnel/process-figures.ts";
import { directStand, type Stand, startBenchUpstream, startBrokers, startFloor } from "./tunnel/stands.ts";

type Column = "ours" | "peer" | "floor" | "direct" | "mixed" | "reversed";
type Rows = Map<string, { readonly figures: Figures; readonly unit: string }>;
type Figures = Partial<Record<Column, number>>;

const QUICK_MS = 1_000;
const FULL_MS = 4_000;
const IDLE_MS = 3_000;

/**
 * Forwarding and callbacks through a pair of ours, the vendor's pair, our client on the vendor's server and the reverse,
 * two bare relays and nothing at all: alternating, same load, medians.
 */
export async function main(args: readonly string[]): Promise<number> {
  const reason = preparePeer();
  if (reason) process.stderr.write(`without the peer: ${reason}\n`);
  if (args.includes("--prepare")) return 0;
  const isQuick = args.includes("--quick");
  const only = args.find((arg) => !arg.startsWith("-"));
  const upstream = await startBenchUpstream();
  const stands = new Map<Column, Stand>();
  try {
    stands.set("ours", await startBrokers("ours", "ours", "ours", upstream.url));
    if (!reason) {
      stands.set("peer", await startBrokers("peer", "peer", "peer", upstream.url));
      stands.set("mixed", await startBrokers("mixed", "peer", "ours", upstream.url));
      stands.set("reversed", await startBrokers("reversed", "ours", "peer", upstream.url));
    }
    stands.set("floor", await startFloor(upstream));
    stands.set("direct", directStand(upstream));
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const rows: Rows = new Map();
    const measureAll = async (list: readonly Row[]): Promise<void> => {
      for (const row of list) {
        if (only && !row.name.includes(only)) continue;
        const figures = await measureRow(row, stands, isQuick ? QUICK_MS : FULL_MS);
        rows.set(row.name, { unit: row.unit, figures });
        process.stderr.write(`${row.name} ${JSON.stringify(figures)}\n`);
      }
    };
    await measureAll([...IDLE_ROWS, ...PEAK_ROWS, ...ROWS]);
    printMemory(stands.get("ours"));
    await measureAll(RECOVERY_ROWS);
    const idle = only ? undefined : await measureIdleTunnels(isQuick ? 2_000 : 10_000);
    if (idle) {
      const [rss, rate] = [idle.rssMb, idle.perSecond].map((figure) => Math.round(figure));
      process.stdout.write(`${idle.tunnels} idle tunnels on one server: ${rss} MB, accepted at ${rate} each second\n`);
    }
    print(rows);
    return 0;
  } finally {
    for (const stand of stands.values()) await stand.stop();
    await upstream.stop();
  }
}

/** All stands in turn, round after round, so that a busy moment hits none of them alone. */
async function measureRow(row: Row, stands: ReadonlyMap<Column, Stand>, durationMs: number): Promise<Figures> {
  const samples = new Map<Column, number[]>();
  for (let round = 0; round < row.rounds; round += 1) {
    for (const [column, stand] of stands) {
      const value = await row.measure(stand, durationMs);
      if (value !== undefined) samples.set(column, [...(samples.get(column) ?? []), value]);
    }
  }
  return Object.fromEntries([...samples].map(([column, values]) => [column, median(values)]));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return Number((sorted[Math.floor(sorted.length / 2)] ?? Number.NaN).toPrecision(4));
}

/** The most that a process of ours held under all the load before. */
function printMemory(stand: Stand | undefined): void {
  const { clientPid, serverPid } = stand ?? {};
  if (!clientPid || !serverPid) return;
  const [client, server] = [clientPid, serverPid].map((pid) => Math.round(peakRssMb(pid)));
  process.stdout.write(`highest memory under load: client ${client} MB, server ${server} MB\n`);
}

function print(rows: Rows): void {
  const columns = ["ours", "peer", "mixed", "reversed", "floor", "direct"] as const;
  const line = (cells: readonly string[]): string =>
    cells.map((cell, index) => (index ? cell.padStart(10) : cell.padEnd(20))).join(" ");
  process.stdout.write(`${line(["", ...columns, "unit"])}\n`);
  const json: Record<string, unknown> = {};
  for (const [name, { figures, unit }] of rows) {
    process.stdout.write(`${line([name, ...columns.map((column) => String(figures[column] ?? "-")), unit])}\n`);
    const { ours, peer, mixed, reversed, floor } = figures;
    json[name] = { ours, peer, floor, unit };
    if (reversed !== undefined) json[`peer-client-on-ours-${name}`] = { ours: reversed, peer, floor, unit };
    if (mixed !== undefined) json[`client-on-peer-${name}`] = { ours: mixed, peer, floor, unit };
  }
  process.stdout.write(`${JSON.stringify({ bench: "tunnel", rows: json })}\n`);
}
