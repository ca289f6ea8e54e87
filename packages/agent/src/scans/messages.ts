import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { CALLBACK_PATHS, type FinalScanState, type ScanDone, type ScanResult } from "@tidewaiter/contract";
import type { Inventory } from "@tidewaiter/inventory";
import type { BrokerError } from "@tidewaiter/runtime";
import type { Parcel, ParcelMessage } from "../state/parcel.ts";
import type { Scan } from "../state/scan.ts";

const compress = promisify(gzip);

/** How a scan ended, before it is put into words for the server. */
export interface ScanOutcome {
  readonly state: FinalScanState;
  readonly tagDigest?: string;
  readonly inventory?: Inventory;
  readonly error?: BrokerError;
  readonly timings?: ScanResult["timings"];
}

/** Body of the result callback: pure. */
export function scanResult(scan: Scan, outcome: ScanOutcome, now: number): ScanResult {
  const { scanId, nonce, attempt, repository, reference } = scan;
  const { state, tagDigest, inventory, error, timings } = outcome;
  return {
    scanId,
    nonce,
    attempt,
    state,
    repository,
    reference,
    ...(tagDigest && { tagDigest }),
    ...(error && { error: { code: error.code, message: error.message, likely: error.likely, action: error.action } }),
    ...(inventory && { image: inventory.image, inventory }),
    ...(timings && { timings }),
    finishedAt: new Date(now).toISOString(),
  };
}

/** Result and done of an ended scan, ready for the outbox. */
export async function scanParcel(scan: Scan, outcome: ScanOutcome, now: number): Promise<Parcel> {
  const { scanId, nonce, attempt, connection, callback } = scan;
  const done: ScanDone = { scanId, nonce, attempt, state: outcome.state };
  const messages = [
    await packMessage(CALLBACK_PATHS.result, scanResult(scan, outcome, now)),
    await packMessage(CALLBACK_PATHS.done, done),
  ];
  return { id: randomUUID(), connection, scanId, attempt, callback, messages };
}

export async function packMessage(path: string, body: unknown): Promise<ParcelMessage> {
  return { path, body: await compress(JSON.stringify(body)) };
}
