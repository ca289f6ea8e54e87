import { isFinal } from "@tidewaiter/contract";
import type { JobQueue } from "@tidewaiter/jobs";
import { type Clock, type Logger, systemClock } from "@tidewaiter/runtime";
import type { Outbox } from "../state/parcel.ts";
import type { Scan } from "../state/scan.ts";
import type { ScanStore } from "../state/scan-store.ts";
import type { ScanEnder } from "./end-scan.ts";

const PAGE = 500;
const HOUR_MS = 3_600_000;

export interface SweepOptions {
  readonly scans: ScanStore;
  readonly outbox: Outbox;
  readonly ender: ScanEnder;
  readonly deliverQueue: JobQueue;
  readonly log: Logger;
  readonly historyMs: number;
  readonly clock?: Clock;
}

/**
 * Puts back into the queues what a crash left outside: book and queue are two stores, and a process may die between
 * writing to the one and to the other. Adding a job that is there changes nothing. Then forgets what is old.
 */
export async function sweep(options: SweepOptions): Promise<void> {
  await requeueScans(options);
  await requeueParcels(options);
  const { scans, outbox, historyMs, clock = systemClock } = options;
  const before = clock.now() - historyMs;
  await scans.prune(before);
  await outbox.prune(before);
}

/** Sweeps at once and then every `intervalMs`, until the signal fires. A failure is logged and left to the next round. */
export async function keepSweeping(options: SweepOptions, intervalMs: number, signal: AbortSignal): Promise<void> {
  const { log, clock = systemClock } = options;
  while (!signal.aborted) {
    await sweep(options).catch((error: unknown) => log.warn("the sweep failed", { error }));
    await clock.sleep(intervalMs, signal).catch(() => {});
  }
}

async function requeueScans({ scans, ender }: SweepOptions): Promise<void> {
  for (let after = ""; ; ) {
    const page = await scans.live(after, PAGE);
    for (const scan of page) {
      if (await isOrphan(scans, scan)) await ender.enqueue(scan);
    }
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last.jobId;
  }
}

/** A scan that follows nobody belongs into the queue; one whose leader has ended as well. */
async function isOrphan(scans: ScanStore, scan: Scan): Promise<boolean> {
  if (!scan.joinedTo) return true;
  const leader = await scans.findByJob(scan.joinedTo);
  return leader && !isFinal(leader.state) ? false : scans.unjoin(scan);
}

async function requeueParcels({ outbox, deliverQueue, clock = systemClock }: SweepOptions): Promise<void> {
  for (let after = ""; ; ) {
    const page = await outbox.pending(after, PAGE);
    for (const { id, connection, callback, createdAt } of page) {
      if (callback) await deliverQueue.add({ id, group: connection, payload: id });
      else if (clock.now() - createdAt > HOUR_MS) await outbox.settle(id, "expired", clock.now());
    }
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last.id;
  }
}
