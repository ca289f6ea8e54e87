import { randomUUID } from "node:crypto";
import type { ScanRequest } from "@tidewaiter/contract";
import { isFinal } from "@tidewaiter/contract";
import { isDigest, isRepository, isTag, parsePlatform } from "@tidewaiter/oci";
import { BrokerError, type Clock, type Logger, systemClock, type Vault } from "@tidewaiter/runtime";
import type { Caller } from "../access/caller.ts";
import type { Scan } from "../state/scan.ts";
import type { ScanStore } from "../state/scan-store.ts";
import type { ScanEnder } from "./end-scan.ts";

const BUSY_RETRY_MS = 15_000;

export interface AcceptOptions {
  readonly scans: ScanStore;
  readonly ender: ScanEnder;
  readonly vault: Vault;
  readonly log: Logger;
  readonly queueLimit: number;
  readonly clock?: Clock;
}

/**
 * Stores a scan and queues it; when this resolves, the scan is on the disk. An equal id is the same scan, unless its
 * attempt is higher: then the scan takes the new attempt.
 *
 * @throws {BrokerError} REFERENCE_INVALID, INPUT_INVALID, RATE_LIMITED when the queue is full, DISK_FULL.
 */
export async function acceptScan(options: AcceptOptions, caller: Caller, request: ScanRequest): Promise<Scan> {
  const { scans, ender } = options;
  const wanted = describeScan(options, caller, request);
  const present = await scans.find(wanted.connection, wanted.scanId);
  if (present && present.attempt >= wanted.attempt) return present;
  await refuseWhenFull(options);
  if (present) return renew(options, wanted, present);
  if (!(await scans.insert(wanted))) return acceptScan(options, caller, request);
  await ender.enqueue(wanted);
  const { scanId, connection, repository, reference } = wanted;
  options.log.info("scan accepted", { scanId, connection, repository, reference });
  return wanted;
}

/** A running scan goes on under the new attempt; one that is over begins again. */
async function renew({ scans, ender, log }: AcceptOptions, wanted: Scan, present: Scan): Promise<Scan> {
  const isLive = !isFinal(present.state);
  const renewed = isLive ? { ...wanted, jobId: present.jobId, state: present.state } : wanted;
  if (!(await scans.renew(renewed, present))) {
    throw new BrokerError("CONFLICT", `scan ${wanted.scanId} was asked for twice at once`);
  }
  if (!isLive) await ender.enqueue(renewed);
  log.info("scan accepted again", { scanId: wanted.scanId, connection: wanted.connection, attempt: wanted.attempt });
  return renewed;
}

async function refuseWhenFull({ scans, queueLimit }: AcceptOptions): Promise<void> {
  if ((await scans.countLive()) < queueLimit) return;
  throw new BrokerError("RATE_LIMITED", `${queueLimit} scans are waiting already`, {
    retryAfterMs: BUSY_RETRY_MS,
    likely: "more scans were asked for than the agent gets done",
    action: "wait, raise TIDEWAITER_QUEUE_LIMIT, or give the agent more slots or replicas",
  });
}

function describeScan({ vault, clock = systemClock }: AcceptOptions, caller: Caller, request: ScanRequest): Scan {
  const { scanId, nonce, attempt, repository, reference, platform } = request;
  if (!isRepository(repository)) throw new BrokerError("REFERENCE_INVALID", "repository: breaks the grammar of names");
  if (!isTag(reference) && !isDigest(reference)) {
    throw new BrokerError("REFERENCE_INVALID", "reference: neither a tag nor a digest");
  }
  if (platform !== undefined && !parsePlatform(platform)) {
    throw new BrokerError("INPUT_INVALID", "platform: os/arch[/variant] is needed");
  }
  const jobId = randomUUID();
  const { connection, callback, credential } = caller;
  return {
    connection,
    scanId,
    attempt,
    nonce,
    jobId,
    state: "Queued",
    repository,
    reference,
    platform,
    callback,
    credential: vault.seal(credential, connection),
    createdAt: clock.now(),
  };
}
