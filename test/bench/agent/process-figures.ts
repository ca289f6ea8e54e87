import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** Peak and present resident memory of a process, in MB of 10^6 bytes. */
export function memoryOf(pid: number): { readonly peak: number; readonly now: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const read = (name: string): number => (Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) * 1024) / 1e6;
  return { peak: read("VmHWM"), now: read("VmRSS") };
}

/** The process below this one whose command line has the text. */
export function findChild(text: string): number {
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const parent = /PPid:\s+(\d+)/.exec(readFileSync(`/proc/${name}/status`, "utf8"))?.[1];
      if (Number(parent) === process.pid && readFileSync(`/proc/${name}/cmdline`, "utf8").includes(text))
        return Number(name);
    } catch {
      // It ended while we looked.
    }
  }
  throw new Error(`no child process with ${text}`);
}

/** Puts all threads of a process on one core. */
export function pin(pid: number, core: number): void {
  execFileSync("taskset", ["-a", "-p", "-c", String(core), String(pid)], { stdio: "ignore" });
}

/** One value of a Prometheus text. */
export async function metricOf(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, "m").exec(text)?.[1] ?? Number.NaN);
}
