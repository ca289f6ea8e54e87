import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../../scripts/set-up.ts";
import { pushImage, startBenchRegistry } from "./scan/bench-registry.ts";
import { buildImages, imageFolder } from "./scan/build-images.ts";
import { benchCache } from "./scan/cache-folder.ts";
import { installPeer, peerScript } from "./scan/peer.ts";
import { type ChildFigures, median, runChild } from "./scan/run-child.ts";
import { scanSharedImages } from "./scan/shared-images.ts";
import { measureStartup } from "./scan/startup.ts";

const IMAGES = ["base", "node", "java", "big"] as const;
const WHO = ["ours", "peer", "floor"] as const;
type Who = (typeof WHO)[number];
type Row = Partial<Record<Who, number>> & { readonly unit: string };

/** Ours, the peer and the floor in turn, each in a process of its own, on images pulled over TLS and on an archive. */
export async function main(args: readonly string[]): Promise<number> {
  const needed = ["docker-registry", "skopeo", "openssl"].filter((name) => !findProgram(name));
  if (needed.length > 0) {
    process.stderr.write(`not installed: ${needed.join(", ")}\n`);
    return 1;
  }
  await buildImages();
  installPeer();
  const registry = await startBenchRegistry();
  try {
    for (const name of IMAGES) pushImage(name, registry);
    if (args.includes("--prepare")) return 0;
    const rounds = args.includes("--quick") ? 1 : 3;
    const rows = new Map<string, Row>();
    for (const name of IMAGES) await addPull(rows, name, registry, rounds);
    await addArchive(rows, rounds);
    await addShared(rows);
    rows.set("startup", { ours: await measureStartup(), unit: "seconds" });
    print(rows);
    return 0;
  } finally {
    await registry.stop();
  }
}

async function addPull(
  rows: Map<string, Row>,
  name: string,
  { address, ca }: { address: string; ca: string },
  rounds: number,
): Promise<void> {
  const env = { NODE_EXTRA_CA_CERTS: ca, BENCH_CA: ca };
  const runs = await inTurn(rounds, (who) =>
    who === "peer"
      ? runChild(peerScript(), ["pull", address, `bench/${name}`], env)
      : runOurs(who, ["pull", address, `bench/${name}`], env),
  );
  rows.set(`pull-${name}`, { ...figures(runs, ({ seconds }) => seconds), unit: "seconds" });
  if (name !== "big") return;
  rows.set("rss-big", { ...figures(runs, ({ rssMb }) => rssMb), unit: "MB" });
  rows.set("disk-big", { ...figures(runs, ({ diskMb }) => diskMb), unit: "MB" });
}

async function addArchive(rows: Map<string, Row>, rounds: number): Promise<void> {
  const archive = join(benchCache(), "big.oci.tar");
  rmSync(archive, { force: true });
  execFileSync("tar", ["-C", imageFolder("big"), "-cf", archive, "oci-layout", "index.json", "blobs"]);
  const runs = await inTurn(rounds, (who) =>
    who === "peer" ? runChild(peerScript(), ["archive", archive], {}) : runOurs(who, ["archive", archive], {}),
  );
  rows.set("archive-big", { ...figures(runs, ({ seconds }) => seconds), unit: "seconds" });
  rmSync(archive);
}

async function addShared(rows: Map<string, Row>): Promise<void> {
  const { seconds, layersFetched, rssGrowthMb, rescanHeads, rescanBlobs } = await scanSharedImages();
  process.stderr.write(`shared-160: ${layersFetched} layers read, resident set grew by ${rssGrowthMb.toFixed(0)} MB\n`);
  rows.set("shared-160", { ours: Number(seconds.toPrecision(4)), unit: "seconds" });
  rows.set("rescan-160-requests", { ours: rescanHeads + rescanBlobs, floor: 160, unit: "count" });
}

/** One of each, round after round, so that a busy moment hits none of them alone. */
async function inTurn(rounds: number, run: (who: Who) => Promise<ChildFigures>): Promise<Map<Who, ChildFigures[]>> {
  const runs = new Map<Who, ChildFigures[]>(WHO.map((who) => [who, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const who of WHO) {
      const one = await run(who);
      process.stderr.write(
        `  ${who.padEnd(6)} ${one.seconds.toFixed(2)} s  ${one.rssMb.toFixed(0)} MB  found ${one.packages}\n`,
      );
      runs.get(who)?.push(one);
    }
  }
  return runs;
}

function figures(
  runs: ReadonlyMap<Who, readonly ChildFigures[]>,
  pick: (run: ChildFigures) => number,
): Partial<Record<Who, number>> {
  return Object.fromEntries([...runs].map(([who, list]) => [who, median(list.map(pick))]));
}

function runOurs(who: "ours" | "floor", args: readonly string[], env: NodeJS.ProcessEnv): Promise<ChildFigures> {
  return runChild(new URL("./scan/child.ts", import.meta.url).pathname, [who, ...args], env);
}

function print(rows: ReadonlyMap<string, Row>): void {
  const line = (cells: readonly string[]): string =>
    cells.map((cell, index) => (index ? cell.padStart(10) : cell.padEnd(22))).join(" ");
  process.stdout.write(`${line(["", ...WHO, "unit"])}\n`);
  for (const [name, row] of rows)
    process.stdout.write(`${line([name, ...WHO.map((who) => String(row[who] ?? "-")), row.unit])}\n`);
  process.stdout.write(`${JSON.stringify({ bench: "scan", rows: Object.fromEntries(rows) })}\n`);
}
