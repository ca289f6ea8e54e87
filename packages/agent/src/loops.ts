import { startWorkers, type Workers } from "@tidewaiter/jobs";
import { type Clock, type Logger, systemClock } from "@tidewaiter/runtime";
import type { AgentMetrics } from "./agent-metrics.ts";
import { createDeliverer } from "./callbacks/deliver.ts";
import type { CallbackPoster } from "./callbacks/post-callback.ts";
import type { Desk } from "./desk.ts";
import type { FitnessWatch } from "./readiness.ts";
import type { RegistryPool } from "./registry-pool.ts";
import type { Analyse } from "./scans/analysis.ts";
import type { ProgressReporter } from "./scans/progress.ts";
import { createScanRunner } from "./scans/run-scan.ts";
import { abandonEndedScans } from "./scans/stop-scan.ts";
import { keepSweeping } from "./scans/sweep.ts";
import type { AgentSettings } from "./settings.ts";

const SWEEP_MS = 60_000;
const FIGURES_MS = 5_000;
const ABANDON_MS = 500;
/** A callback address that hangs shall not hold all callers up. */
const CALLBACKS_PER_CONNECTION_SHARE = 2;

export interface LoopOptions {
  readonly desk: Desk;
  readonly fitness: FitnessWatch;
  readonly settings: AgentSettings;
  readonly registries: RegistryPool;
  readonly analyse: Analyse;
  readonly poster: CallbackPoster;
  readonly progress: ProgressReporter;
  readonly metrics: AgentMetrics;
  readonly worker: string;
  readonly log: Logger;
  /** Ends the loops that only watch. */
  readonly signal: AbortSignal;
}

/** Starts what goes on by itself: scanning, delivering, sweeping, counting. */
export function startLoops(options: LoopOptions): { readonly scanners: Workers; readonly deliverers: Workers } {
  const { desk, settings, log, signal } = options;
  const scanners = startScanners(options);
  const deliverers = startDeliverers(options);
  desk.bells.add(scanners.wake).add(deliverers.wake);
  void keepSweeping({ ...desk, log, historyMs: settings.TIDEWAITER_HISTORY_MS }, SWEEP_MS, signal);
  void repeat(FIGURES_MS, signal, log, options.fitness.look);
  void repeat(FIGURES_MS, signal, log, () => showFigures(options, scanners));
  // A file belongs to one process, so only a shared book can end a scan behind its worker's back.
  if (desk.store.sql.engine === "postgres") void repeat(ABANDON_MS, signal, log, () => abandonEndedScans(desk));
  return { scanners, deliverers };
}

function startScanners(options: LoopOptions): Workers {
  const { desk, settings, worker, log } = options;
  const handle = createScanRunner({
    ...desk,
    ...options,
    timeoutMs: settings.TIDEWAITER_SCAN_TIMEOUT_MS,
    maxAttempts: settings.TIDEWAITER_SCAN_ATTEMPTS,
    maxCrashes: settings.TIDEWAITER_SCAN_CRASHES,
    listsAttachments: settings.TIDEWAITER_SCAN_ATTACHMENTS,
  });
  return startWorkers({ queue: desk.scanQueue, slots: settings.slots, worker, log, handle });
}

function startDeliverers(options: LoopOptions): Workers {
  const { desk, settings, worker, log } = options;
  const handle = createDeliverer({
    ...options,
    outbox: desk.outbox,
    maxPauseMs: settings.TIDEWAITER_CALLBACK_PAUSE_MS,
    maxAgeMs: settings.TIDEWAITER_CALLBACK_MAX_AGE_MS,
  });
  const slots = settings.TIDEWAITER_CALLBACK_SLOTS;
  const maxPerGroup = Math.max(1, Math.floor(slots / CALLBACKS_PER_CONNECTION_SHARE));
  return startWorkers({ queue: desk.deliverQueue, slots, maxPerGroup, worker, log, handle });
}

async function showFigures({ desk, settings, metrics }: LoopOptions, scanners: Workers): Promise<void> {
  metrics.slots.set(settings.slots);
  metrics.slotsBusy.set(scanners.running);
  for (const queue of [desk.scanQueue, desk.deliverQueue]) {
    const { oldestReadyMs, ...counts } = await queue.figures();
    metrics.queueAge.set({ queue: queue.name }, oldestReadyMs / 1000);
    for (const [state, count] of Object.entries(counts)) metrics.queued.set({ queue: queue.name, state }, count);
  }
}

async function repeat(
  intervalMs: number,
  signal: AbortSignal,
  log: Logger,
  work: () => Promise<void>,
  clock: Clock = systemClock,
): Promise<void> {
  while (!signal.aborted) {
    await work().catch((error: unknown) => log.warn("a watching loop failed", { error }));
    await clock.sleep(intervalMs, signal).catch(() => {});
  }
}
