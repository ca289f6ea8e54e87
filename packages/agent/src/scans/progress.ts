import { CALLBACK_PATHS, type ScanProgress } from "@tidewaiter/contract";
import { type Clock, type Logger, systemClock } from "@tidewaiter/runtime";
import type { CallbackPoster } from "../callbacks/post-callback.ts";
import type { Scan } from "../state/scan.ts";
import { packMessage } from "./messages.ts";

export type ProgressState = Partial<
  Pick<ScanProgress, "phase" | "layersDone" | "layersTotal" | "bytesDone" | "bytesTotal">
>;

/** Where running scans are: shown by `/scans`, and told to the server about once a second. */
export interface ProgressReporter {
  report(scan: Scan, state: ProgressState): void;
  of(jobId: string): ScanProgress | undefined;
  forget(jobId: string): void;
}

export interface ProgressOptions {
  readonly poster: CallbackPoster;
  /** Name of this process. */
  readonly worker: string;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly intervalMs?: number;
  readonly clock?: Clock;
}

interface Entry {
  progress: ScanProgress;
  sentAt: number;
  isSending: boolean;
}

/** Progress is a courtesy: one callback at a time for each scan, none is repeated, and a failure is only noted. */
export function createProgressReporter(options: ProgressOptions): ProgressReporter {
  const { intervalMs = 1_000, clock = systemClock } = options;
  const entries = new Map<string, Entry>();
  return {
    report(scan, state) {
      const entry = entries.get(scan.jobId) ?? { progress: begin(scan, options.worker), sentAt: 0, isSending: false };
      entries.set(scan.jobId, entry);
      const isNewPhase = state.phase !== undefined && state.phase !== entry.progress.phase;
      entry.progress = { ...entry.progress, ...state, at: new Date(clock.now()).toISOString() };
      const isDue = isNewPhase || clock.now() - entry.sentAt >= intervalMs;
      if (!isDue || entry.isSending || !scan.callback) return;
      entry.sentAt = clock.now();
      entry.isSending = true;
      void send(options, scan.callback, entry.progress).finally(() => {
        entry.isSending = false;
      });
    },
    of: (jobId) => entries.get(jobId)?.progress,
    forget: (jobId) => void entries.delete(jobId),
  };
}

async function send({ poster, log, signal }: ProgressOptions, callback: string, progress: ScanProgress): Promise<void> {
  try {
    const { path, body } = await packMessage(CALLBACK_PATHS.progress, progress);
    const answer = await poster.post({ callback, path, body }, signal);
    if (answer.kind !== "taken")
      log.debug("progress was not taken", { scanId: progress.scanId, reason: answer.reason });
  } catch (error) {
    log.debug("progress was not sent", { scanId: progress.scanId, error });
  }
}

function begin({ scanId, nonce, attempt }: Scan, worker: string): ScanProgress {
  const none = { layersDone: 0, layersTotal: 0, bytesDone: 0, bytesTotal: 0 };
  return {
    scanId,
    nonce,
    attempt,
    state: "Scanning",
    phase: "resolve",
    ...none,
    worker,
    at: new Date(0).toISOString(),
  };
}
