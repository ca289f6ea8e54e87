import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { CALLBACK_PATHS, type FinalScanState, type ScanDone, type ScanResult } from "@tidewaiter/contract";
import type { BrokerError } from "@tidewaiter/runtime";
import type { Parcel, ParcelMessage } from "../state/parcel.ts";
import type { Scan } from "../state/scan.ts";
import type { PackedInventory } from "./threads/messages.ts";

const compress = promisify(gzip);

/** How a scan ended, before it is put into words for the server. */
export interface ScanOutcome {
  readonly state: FinalScanState;
  readonly tagDigest?: string;
  readonly inventory?: PackedInventory;
  readonly error?: BrokerError;
  readonly timings?: ScanResult["timings"];
}

/** Body of the result callback, but for the inventory: pure. */
function resultHead(scan: Scan, outcome: ScanOutcome, now: number): Omit<ScanResult, "inventory"> {
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
    ...(inventory && { image: inventory.image }),
    ...(timings && { timings }),
    finishedAt: new Date(now).toISOString(),
  };
}

/** Result and done of an ended scan, ready for the outbox. */
export async function scanParcel(scan: Scan, outcome: ScanOutcome, now: number): Promise<Parcel> {
  const { scanId, nonce, attempt, connection, callback } = scan;
  const done: ScanDone = { scanId, nonce, attempt, state: outcome.state };
  const messages = [
    { path: CALLBACK_PATHS.result, body: await packResult(resultHead(scan, outcome, now), outcome.inventory) },
    await packMessage(CALLBACK_PATHS.done, done),
  ];
  return { id: randomUUID(), connection, scanId, attempt, callback, messages };
}

export async function packMessage(path: string, body: unknown): Promise<ParcelMessage> {
  return { path, body: await compress(JSON.stringify(body)) };
}

/** The inventory is JSON already and may be large: it is put in as it is. */
async function packResult(head: object, inventory: PackedInventory | undefined): Promise<Uint8Array> {
  const text = JSON.stringify(head);
  if (!inventory) return compress(text);
  return compress(Buffer.concat([Buffer.from(`${text.slice(0, -1)},"inventory":`), inventory.json, Buffer.from("}")]));
}
