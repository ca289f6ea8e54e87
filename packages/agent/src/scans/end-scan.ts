import { isFinal } from "@tidewaiter/contract";
import type { JobQueue } from "@tidewaiter/jobs";
import { type Clock, type Logger, systemClock } from "@tidewaiter/runtime";
import type { AgentMetrics } from "../agent-metrics.ts";
import type { Scan } from "../state/scan.ts";
import type { ScanStore } from "../state/scan-store.ts";
import { type ScanOutcome, scanParcel } from "./messages.ts";

export interface ScanEnderOptions {
  readonly scans: ScanStore;
  readonly scanQueue: JobQueue;
  readonly deliverQueue: JobQueue;
  readonly metrics: AgentMetrics;
  readonly log: Logger;
  /** Told after something was put into a queue. */
  readonly onQueued: () => void;
  readonly clock?: Clock;
}

/** Ends scans, each once, whoever asks: the worker, the wall clock, or somebody who stops it. */
export interface ScanEnder {
  /** False when the scan was over already; then nothing was stored. Those who joined it end with it, or get their turn. */
  end(scan: Scan, outcome: ScanOutcome): Promise<boolean>;
  /** Puts a scan into the queue, where it may be already. */
  enqueue(scan: Scan, delayMs?: number): Promise<void>;
}

export function createScanEnder(options: ScanEnderOptions): ScanEnder {
  const { scans, scanQueue } = options;
  const enqueue = async ({ jobId, connection }: Scan, delayMs?: number): Promise<void> => {
    await scanQueue.add({ id: jobId, group: connection, payload: jobId, delayMs });
    options.onQueued();
  };
  /** The server may have asked for the same scan with a higher attempt meanwhile; then it ends under that. */
  const endLatest = async (scan: Scan, outcome: ScanOutcome): Promise<boolean> => {
    const latest = await scans.findByJob(scan.jobId);
    if (!latest || isFinal(latest.state) || latest.attempt === scan.attempt) return false;
    return end(latest, outcome);
  };
  const end = async (scan: Scan, outcome: ScanOutcome): Promise<boolean> => {
    if (!(await store(options, scan, outcome))) return endLatest(scan, outcome);
    for (const follower of await scans.followers(scan.jobId)) {
      if (outcome.state !== "Stopped") await end(follower, outcome);
      else if (await scans.unjoin(follower)) await enqueue(follower);
    }
    return true;
  };
  return { end, enqueue };
}

async function store(options: ScanEnderOptions, scan: Scan, outcome: ScanOutcome): Promise<boolean> {
  const { scans, deliverQueue, metrics, log, onQueued, clock = systemClock } = options;
  const { state, tagDigest, inventory, error } = outcome;
  const parcel = await scanParcel(scan, outcome, clock.now());
  const { code: errorCode, message: errorMessage } = error ?? {};
  const end = { state, tagDigest, digest: inventory?.image.digest, errorCode, errorMessage, parcel };
  if (!(await scans.finish(scan, end, clock.now()))) return false;
  metrics.scans.inc({ state });
  const { scanId, connection } = scan;
  log.info("scan ended", { scanId, connection, state, code: errorCode, packages: inventory?.packages });
  if (parcel.callback) await deliverQueue.add({ id: parcel.id, group: scan.connection, payload: parcel.id });
  onQueued();
  return true;
}
