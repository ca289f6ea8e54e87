import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { certificate, preparePeer } from "./cache.ts";

export interface Figures {
  readonly ms: number;
  /** Of the whole process, its start included; the peer does not tell. */
  readonly cpuMs?: number;
  readonly rssMb: number;
  readonly items: number;
}

const run = promisify(execFile);
const CHILD = new URL("./child.js", import.meta.url).pathname;

/** A job of ours, the peer's or the floor's in a process of its own. The event loop stays free, since the servers live on it. */
export async function runJob(
  who: "ours" | "peer" | "floor",
  job: string,
  base: string,
  repository = "",
  tag = "",
): Promise<Figures> {
  const args = who === "peer" ? [preparePeer(), job, base, repository, tag] : [CHILD, who, job, base, repository, tag];
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: certificate().certificatePath };
  const { stdout } = await run(process.execPath, args, { env, maxBuffer: 1e7 });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}") as Figures;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return Number((sorted[Math.floor(sorted.length / 2)] ?? Number.NaN).toPrecision(4));
}
