import { decodeCredentials, isFinal } from "@tidewaiter/contract";
import type { Job, Outcome } from "@tidewaiter/jobs";
import { parsePlatform } from "@tidewaiter/oci";
import {
  BrokerError,
  type Clock,
  type Logger,
  retryDelay,
  systemClock,
  toBrokerError,
  type Vault,
} from "@tidewaiter/runtime";
import type { AgentMetrics } from "../agent-metrics.ts";
import type { RegistryPool } from "../registry-pool.ts";
import type { Scan } from "../state/scan.ts";
import type { ScanStore } from "../state/scan-store.ts";
import type { Analyse } from "./analysis.ts";
import type { ScanEnder } from "./end-scan.ts";
import type { ProgressReporter } from "./progress.ts";
import type { RunningScans } from "./running-scans.ts";
import type { Analysis } from "./threads/messages.ts";

const RETRY = { attempts: Number.MAX_SAFE_INTEGER, baseMs: 2_000, capMs: 300_000 };
const MAX_ASKED_PAUSE_MS = 3_600_000;
/** What an image is and not what went wrong: trying again shows the same. */
const UNSUPPORTED_CODES: ReadonlySet<string> = new Set(["IMAGE_UNSUPPORTED", "MANIFEST_LEGACY"]);

/** Faults of our own store: nothing is said of the image, so that it waits until they are mended. */
const OWN_FAULTS: ReadonlySet<string> = new Set(["DISK_FULL", "UNAVAILABLE"]);

export interface RunScanOptions {
  readonly scans: ScanStore;
  readonly ender: ScanEnder;
  readonly vault: Vault;
  readonly registries: RegistryPool;
  readonly analyse: Analyse;
  readonly running: RunningScans;
  readonly progress: ProgressReporter;
  readonly metrics: AgentMetrics;
  readonly log: Logger;
  readonly timeoutMs: number;
  readonly maxAttempts: number;
  readonly maxCrashes: number;
  /** Whether the registry is asked for what is attached to an image. */
  readonly listsAttachments: boolean;
  readonly clock?: Clock;
}

/** Works on one claimed scan: resolve, join or analyse, store the result. */
export function createScanRunner(options: RunScanOptions): (job: Job, signal: AbortSignal) => Promise<Outcome> {
  const { scans, running, timeoutMs, maxCrashes, clock = systemClock } = options;
  return async (job, signal) => {
    const scan = await scans.findByJob(job.payload);
    if (!scan || isFinal(scan.state) || scan.joinedTo) return { kind: "done" };
    if (job.claims > maxCrashes) return giveUp(options, scan, job.claims);
    if (!(await scans.setScanning(scan, clock.now()))) return { kind: "done" };
    options.log.debug("scan claimed", { scanId: scan.scanId, connection: scan.connection, claims: job.claims });
    using run = running.start(scan.jobId, signal, timeoutMs);
    try {
      return await work(options, scan, run.signal);
    } catch (error) {
      if (signal.aborted) throw error;
      if (run.isStopped()) return { kind: "done" };
      const problem = run.isTimedOut() ? timedOut(timeoutMs, error) : toBrokerError(error);
      return await fail(options, job, scan, problem);
    } finally {
      options.progress.forget(scan.jobId);
    }
  };
}

async function work(options: RunScanOptions, scan: Scan, signal: AbortSignal): Promise<Outcome> {
  const { ender, vault, registries, metrics, clock = systemClock } = options;
  const startedAt = clock.now();
  const credential = vault.open(scan.credential ?? new Uint8Array(), scan.connection);
  using lease = registries.lease(scan.connection, decodeCredentials(credential), credential);
  options.progress.report(scan, { phase: "resolve" });
  const platform = scan.platform === undefined ? undefined : parsePlatform(scan.platform);
  const image = await lease.registry.resolve(scan.repository, scan.reference, { platform, signal });
  const resolvedAt = clock.now();
  metrics.scanSeconds.observe({ phase: "resolve" }, (resolvedAt - startedAt) / 1000);
  if (!(await takeImage(options, scan, image.digest))) return { kind: "done" };
  const listReferrers = (asked?: AbortSignal) => lease.registry.listReferrers(scan.repository, image.digest, asked);
  const analysis = await options.analyse(
    { ...image, listReferrers },
    {
      signal,
      connection: scan.connection,
      onProgress: (state) => options.progress.report(scan, state),
    },
  );
  const analysedAt = clock.now();
  metrics.scanSeconds.observe({ phase: "analyse" }, (analysedAt - resolvedAt) / 1000);
  count(metrics, analysis);
  const timings = {
    queuedMs: Math.max(0, startedAt - scan.createdAt),
    resolveMs: resolvedAt - startedAt,
    analyseMs: analysedAt - resolvedAt,
    bytesFetched: analysis.bytesFetched,
    layersCached: analysis.layersCached,
  };
  const { inventory } = analysis;
  options.log.debug("scan analysed", { scanId: scan.scanId, connection: scan.connection });
  signal.throwIfAborted();
  await ender.end(scan, { state: "Complete", tagDigest: image.tagDigest, inventory, timings });
  return { kind: "done" };
}

/** True when this scan is to analyse the image; false when it joined another that does so already. */
async function takeImage({ scans, metrics, log }: RunScanOptions, scan: Scan, digest: string): Promise<boolean> {
  for (;;) {
    const owner = await scans.takeDigest(scan, digest);
    if (owner === scan.jobId) return true;
    if (!(await scans.join(scan, owner, digest))) return false;
    const other = await scans.findByJob(owner);
    if (other && !isFinal(other.state)) {
      metrics.joins.inc();
      log.info("scan joined", { scanId: scan.scanId, connection: scan.connection, joined: other.scanId });
      return false;
    }
    // The other one ended in between. Whoever undoes the join has the scan from then on.
    if (!(await scans.unjoin({ ...scan, joinedTo: owner }))) return false;
    await scans.setScanning(scan, scan.createdAt);
  }
}

async function fail(options: RunScanOptions, job: Job, scan: Scan, error: BrokerError): Promise<Outcome> {
  const { scans, ender, metrics, log, maxAttempts } = options;
  const { scanId, connection } = scan;
  metrics.registryErrors.inc({ code: error.code });
  const isPassing = error.isRetryable && error.code !== "SCAN_TIMEOUT";
  if (OWN_FAULTS.has(error.code) || (isPassing && job.attempt < maxAttempts)) {
    const asked = Math.min(error.retryAfterMs ?? 0, MAX_ASKED_PAUSE_MS);
    const delayMs = Math.max(asked, retryDelay(job.attempt, RETRY));
    await scans.setQueued(scan, error.code, error.message);
    log.warn("scan will be tried again", { scanId, connection, code: error.code, attempt: job.attempt, delayMs });
    return { kind: "retry", delayMs, reason: error.code };
  }
  if (error.code === "INTERNAL") log.error("scan failed", { scanId, connection, error: error.cause ?? error });
  await ender.end(scan, { state: UNSUPPORTED_CODES.has(error.code) ? "Unsupported" : "Failed", error });
  return { kind: "done" };
}

async function giveUp({ ender, log }: RunScanOptions, scan: Scan, claims: number): Promise<Outcome> {
  const error = new BrokerError("SCAN_LOST", `the agent ended ${claims - 1} times while it worked on this image`, {
    likely: "the image takes more memory than the agent has",
    action: "give the agent more memory or fewer slots, and look at its log",
  });
  log.error("scan given up", { scanId: scan.scanId, connection: scan.connection, claims });
  await ender.end(scan, { state: "Failed", error });
  return { kind: "done" };
}

function timedOut(timeoutMs: number, cause: unknown): BrokerError {
  return new BrokerError("SCAN_TIMEOUT", `the scan took longer than ${timeoutMs} ms`, { cause });
}

function count(metrics: AgentMetrics, { bytesFetched, layersCached, layersRead }: Analysis): void {
  metrics.bytesFetched.inc(bytesFetched);
  metrics.layersCached.inc(layersCached);
  metrics.layersRead.inc(layersRead);
}
