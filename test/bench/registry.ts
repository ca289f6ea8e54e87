import { findProgram } from "../../scripts/set-up.ts";
import { certificate, preparePeer } from "./registry/cache.ts";
import { countConformingTypes } from "./registry/conformance.ts";
import { measureListing } from "./registry/listing.ts";
import { countRequests, LAYERS } from "./registry/requests.ts";
import { measureThroughput, prepareImage } from "./registry/throughput.ts";

interface Row {
  readonly ours?: number;
  readonly peer?: number;
  readonly floor?: number;
  readonly unit: string;
}

/** What pulls and lists cost a registry and us, next to the vendor's own clients, skopeo and the least possible. */
export async function main(args: readonly string[]): Promise<number> {
  const needed = ["docker-registry", "skopeo", "openssl", "curl"].filter((name) => !findProgram(name));
  if (needed.length > 0) {
    process.stderr.write(`not installed: ${needed.join(", ")}\n`);
    return 1;
  }
  certificate();
  preparePeer();
  await prepareImage();
  if (args.includes("--prepare")) return 0;
  print(await measure(args.includes("--quick") ? 3 : 7));
  return 0;
}

async function measure(rounds: number): Promise<Record<string, Row>> {
  const { ours, peer, skopeo } = await countRequests();
  const repositories = await measureListing("repositories", rounds);
  const tags = await measureListing("tags", rounds);
  const pull = await measureThroughput(rounds);
  return {
    // One call for the manifest, the config and each layer is the least.
    "pull-requests": { ours: ours.registry, peer: peer.registry, floor: LAYERS + 2, unit: "count" },
    "pull-token-requests": { ours: ours.tokens, peer: peer.tokens, floor: 1, unit: "count" },
    "skopeo-pull-requests": { ours: ours.registry, peer: skopeo.registry, unit: "count" },
    "skopeo-pull-token-requests": { ours: ours.tokens, peer: skopeo.tokens, unit: "count" },
    "list-repositories": { ...repositories.rates, unit: "req/s" },
    "list-tags": { ...tags.rates, unit: "req/s" },
    "list-rss": { ours: Math.max(repositories.oursRssMb, tags.oursRssMb), unit: "MB" },
    "pull-throughput": { ours: pull.oursMbs, floor: pull.floorMbs, unit: "MB/s" },
    "pull-cpu": { ours: pull.oursCpu, floor: pull.floorCpu, unit: "seconds" },
    "pull-rss": { ours: pull.oursRssMb, unit: "MB" },
    "conformance-types": { ours: await countConformingTypes(), unit: "count" },
  };
}

function print(rows: Readonly<Record<string, Row>>): void {
  const line = (cells: readonly string[]): string =>
    cells.map((cell, index) => (index ? cell.padStart(10) : cell.padEnd(28))).join(" ");
  process.stdout.write(`${line(["", "ours", "peer", "floor", "unit"])}\n`);
  for (const [name, { ours, peer, floor, unit }] of Object.entries(rows)) {
    process.stdout.write(`${line([name, ...[ours, peer, floor].map((value) => String(value ?? "-")), unit])}\n`);
  }
  process.stdout.write(`${JSON.stringify({ bench: "registry", rows })}\n`);
}
