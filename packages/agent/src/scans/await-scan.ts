import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { isFinal } from "@tidewaiter/contract";
import { BrokerError, type Clock, systemClock } from "@tidewaiter/runtime";
import type { Outbox } from "../state/parcel.ts";
import type { Scan } from "../state/scan.ts";
import type { ScanStore } from "../state/scan-store.ts";

const unpack = promisify(gunzip);
const FIRST_LOOK_MS = 20;
const LONGEST_PAUSE_MS = 500;

export interface AwaitOptions {
  readonly scans: ScanStore;
  readonly outbox: Outbox;
  readonly clock?: Clock;
}

/** Waits until a scan without callback is over and takes its result out of the outbox: JSON text of a `ScanResult`. */
export async function awaitResult(options: AwaitOptions, scan: Scan, signal: AbortSignal): Promise<string> {
  const { scans, outbox, clock = systemClock } = options;
  // Any replica may do the work, so the book is asked and not the process.
  for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const latest = await scans.find(scan.connection, scan.scanId);
    if (!latest) throw new BrokerError("SCAN_LOST", "the scan is not in the book any more");
    if (isFinal(latest.state)) break;
    await clock.sleep(pauseMs, signal);
  }
  const parcel = await outbox.ofScan(scan.connection, scan.scanId);
  const message = parcel && (await outbox.nextMessage(parcel.id));
  if (!parcel || !message) throw new BrokerError("CONFLICT", "the result was given out already");
  const text = (await unpack(message.body)).toString("utf8");
  await outbox.settle(parcel.id, "delivered", clock.now());
  return text;
}
