import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchCache } from "./cache-folder.ts";

export interface ChildFigures {
  /** Start of the process to its end. */
  readonly seconds: number;
  readonly rssMb: number;
  /** Most that lay in its temporary folder, sampled every 100 ms. */
  readonly diskMb: number;
  readonly packages: number;
}

/** Runs a script in a process of its own, with a temporary folder of its own that is watched. */
export async function runChild(script: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<ChildFigures> {
  const folder = mkdtempSync(join(tmpdir(), "bench-child-"));
  const started = performance.now();
  const child = spawn(process.execPath, [script, ...args], {
    // Compiled code is kept between runs for everyone, as the command itself does, and is no part of the figure for disk.
    env: { NODE_COMPILE_CACHE: join(benchCache(), "compiled"), ...process.env, ...env, TMPDIR: folder },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let [text, mostBytes] = ["", 0];
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  const timer = setInterval(() => {
    mostBytes = Math.max(mostBytes, sizeOf(folder));
  }, 100);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const seconds = (performance.now() - started) / 1000;
  clearInterval(timer);
  rmSync(folder, { recursive: true, force: true });
  if (code !== 0) throw new Error(`${script} ${args.join(" ")} ended with ${code}`);
  const told: { packages: number; rssMb: number } = JSON.parse(text.trim().split("\n").at(-1) ?? "{}");
  return { seconds, ...told, diskMb: mostBytes / 1_000_000 };
}

function sizeOf(folder: string): number {
  let total = 0;
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) total += statSync(join(entry.parentPath, entry.name)).size;
    }
  } catch {
    // A file that went away between listing and looking is no part of the figure.
  }
  return total;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return Number((sorted[Math.floor(sorted.length / 2)] ?? Number.NaN).toPrecision(4));
}
