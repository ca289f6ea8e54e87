import { isFinal } from "@tidewaiter/contract";
import type { JobQueue } from "@tidewaiter/jobs";
import { BrokerError } from "@tidewaiter/runtime";
import type { Scan } from "../state/scan.ts";
import type { ScanStore } from "../state/scan-store.ts";
import type { ScanEnder } from "./end-scan.ts";
import type { RunningScans } from "./running-scans.ts";

export interface StopOptions {
  readonly scans: ScanStore;
  readonly ender: ScanEnder;
  readonly scanQueue: JobQueue;
  readonly running: RunningScans;
}

/**
 * Stops a scan: it is over in the book before its worker has noticed, so that a stop always wins. A scan that has ended
 * stays as it ended.
 *
 * @throws {BrokerError} NOT_FOUND for an unknown scan, and for another connection's.
 */
export async function stopScan(options: StopOptions, connection: string, scanId: string): Promise<Scan> {
  const { scans, ender, scanQueue, running } = options;
  const scan = await scans.find(connection, scanId);
  if (!scan) throw new BrokerError("NOT_FOUND", "no such scan");
  if (isFinal(scan.state)) return scan;
  const error = new BrokerError("CANCELLED", "the scan was stopped on request");
  if (await ender.end(scan, { state: "Stopped", error })) {
    running.stop(scan.jobId);
    await scanQueue.remove(scan.jobId);
  }
  return (await scans.find(connection, scanId)) ?? scan;
}

/** Lets go of scans that were stopped elsewhere: another replica wrote the stop into the book that they share. */
export async function abandonEndedScans({ scans, running }: Pick<StopOptions, "scans" | "running">): Promise<void> {
  for (const jobId of running.jobIds) {
    const scan = await scans.findByJob(jobId);
    if (!scan || isFinal(scan.state)) running.stop(jobId);
  }
}
