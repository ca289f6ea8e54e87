import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findChild } from "./process-figures.ts";

const ROOTS = {
  v2: { folder: "/sys/fs/cgroup", mark: "cgroup.controllers", limit: "memory.max" },
  v1: { folder: "/sys/fs/cgroup/memory", mark: "memory.limit_in_bytes", limit: "memory.limit_in_bytes" },
} as const;
const FIND_MS = 20_000;

export interface MemoryLimit {
  /** Who holds the process to it: the kernel, or only the bench that looks. */
  readonly kind: "cgroup v2" | "cgroup v1" | "watched";
  /** Once the process has ended. */
  remove(): void;
}

/** Puts the child whose command line has the text under a limit as soon as it is there; root is needed for the kernel's. */
export async function limitChild(text: string, limitMb: number): Promise<MemoryLimit> {
  const pid = await untilThere(text);
  for (const version of ["v2", "v1"] as const) {
    const folder = openGroup(version, limitMb);
    if (!folder) continue;
    writeFileSync(join(folder, "cgroup.procs"), String(pid));
    return { kind: `cgroup ${version}`, remove: () => rmdirSync(folder) };
  }
  return { kind: "watched", remove: () => {} };
}

function openGroup(version: keyof typeof ROOTS, limitMb: number): string | undefined {
  const { folder, mark, limit } = ROOTS[version];
  if (!existsSync(join(folder, mark))) return undefined;
  const group = join(folder, `tidewaiter-bench-${process.pid}`);
  try {
    mkdirSync(group, { recursive: true });
    writeFileSync(join(group, limit), String(limitMb * 1_000_000));
    return group;
  } catch {
    return undefined;
  }
}

/** Looked for often: what a process takes before it is under the limit does not count. */
async function untilThere(text: string): Promise<number> {
  for (const endsAt = performance.now() + FIND_MS; ; await delay(5)) {
    try {
      return findChild(text);
    } catch (error) {
      if (performance.now() > endsAt) throw error;
    }
  }
}
