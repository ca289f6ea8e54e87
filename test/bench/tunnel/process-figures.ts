import { readFileSync, writeFileSync } from "node:fs";

const TICKS_PER_SECOND = 100;

/** Resident memory now, MB of 10^6 bytes. */
export function rssMb(pid: number): number {
  return readKb(pid, "VmRSS") / 976.5625;
}

/** Highest resident memory since `resetPeak`. */
export function peakRssMb(pid: number): number {
  return readKb(pid, "VmHWM") / 976.5625;
}

export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

/** Processor time used so far, user and system, seconds. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function readKb(pid: number, name: string): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? Number.NaN);
}
