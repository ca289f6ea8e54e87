import { createContent } from "@tidewaiter/sample-registry";
import { buildFleet, FLEET } from "./agent/fleet.ts";
import { runFleet } from "./agent/fleet-bench.ts";
import { runRecurring, runSmall } from "./agent/small-bench.ts";

interface Row {
  readonly ours: number;
  readonly floor?: number;
  readonly unit: string;
}

/**
 * What the agent costs: a fleet of 160 images through the whole chain, small images, recurring tests, and memory over
 * many scans. There is no peer: the vendor's agent cannot be had.
 */
export async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--prepare")) {
    await buildFleet(createContent(), FLEET);
    process.stdout.write("prepared: the digests of the fleet's layers\n");
    return 0;
  }
  const isQuick = args.includes("--quick");
  const rows: Record<string, Row> = {};
  const small = await addSmall(rows, isQuick);
  const recurring = await runRecurring(1_000);
  rows["recurring-1000-requests"] = { ours: recurring.requests, floor: 1_000, unit: "requests" };
  rows["recurring-1000-seconds"] = { ours: round(recurring.seconds), unit: "s" };
  const fleet = await runFleet(FLEET);
  rows["fleet-160-seconds"] = { ours: round(fleet.seconds), floor: round(fleet.floorSeconds), unit: "s" };
  rows["fleet-160-bytes"] = { ours: round(fleet.bytes), unit: "MB" };
  rows["fleet-160-rss"] = { ours: round(fleet.peakMb), unit: "MB" };
  rows["fleet-160-loop-p99-ms"] = { ours: round(fleet.delayMs), unit: "ms" };
  printTable(rows);
  process.stdout.write(
    `fleet: ${fleet.complete} of ${FLEET.images} complete, agent on one core under 512 MB (${fleet.limitKind})\nmemory over the soak (MB): ${small.join(" ")}\n`,
  );
  process.stdout.write(`${JSON.stringify({ bench: "agent", rows })}\n`);
  return fleet.complete === FLEET.images ? 0 : 1;
}

/** Answers with the memory over the longest run. */
async function addSmall(rows: Record<string, Row>, isQuick: boolean): Promise<readonly number[]> {
  const single = await runSmall(isQuick ? 200 : 400, 1);
  const soak = await runSmall(isQuick ? 600 : 2_000, 2);
  rows["small-per-minute-1-slot"] = { ours: round(single.perMinute), unit: "scans/min" };
  rows["small-per-minute"] = { ours: round(soak.perMinute), unit: "scans/min" };
  rows["small-loop-p99-ms"] = { ours: round(soak.delayMs), unit: "ms" };
  rows["soak-rss-first"] = { ours: round(soak.memory[0] ?? 0), unit: "MB" };
  rows["soak-rss-last"] = { ours: round(soak.memory.at(-1) ?? 0), unit: "MB" };
  return soak.memory.map((value) => Math.round(value));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function printTable(rows: Readonly<Record<string, Row>>): void {
  process.stdout.write(`${"row".padEnd(28)}${"ours".padStart(12)}${"floor".padStart(12)}  unit\n`);
  for (const [name, { ours, floor, unit }] of Object.entries(rows)) {
    process.stdout.write(
      `${name.padEnd(28)}${String(ours).padStart(12)}${String(floor ?? "-").padStart(12)}  ${unit}\n`,
    );
  }
}
