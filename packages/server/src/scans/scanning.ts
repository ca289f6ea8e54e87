import type { Clock, Logger } from "@tidewaiter/runtime";
import type { CallbackHandlers } from "../callbacks/callbacks.ts";
import type { ServerSettings } from "../config.ts";
import type { AgentCalls } from "../connections/agent-calls.ts";
import type { Listings } from "../connections/listings.ts";
import type { EventBus } from "../events/bus.ts";
import { createImportProgress } from "../imports/import-progress.ts";
import { createImports, type Imports } from "../imports/imports.ts";
import { recoverImports } from "../imports/recover-imports.ts";
import { createRules, type Rules } from "../imports/rules.ts";
import type { Matcher } from "../matching/matcher.ts";
import type { AllowRule } from "../policy/allow-rules.ts";
import { createProjects, type Projects } from "../projects/projects.ts";
import type { Db } from "../store/open.ts";
import { acceptProgress } from "./accept-progress.ts";
import { type Announce, acceptResult } from "./accept-result.ts";
import { createAgentScans } from "./agent-scans.ts";
import { createDispatcher, type Dispatcher } from "./dispatcher.ts";
import { finishScan, type ScanEnd } from "./finish-scan.ts";
import { createNonces } from "./nonces.ts";
import { createScanEvents } from "./scan-events.ts";
import type { ScanRow } from "./scan-view.ts";
import { createSendScan } from "./send-scan.ts";
import { createStopScans, type StopScans } from "./stop-scans.ts";

export interface ScanningOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly settings: ServerSettings;
  readonly bus: EventBus;
  readonly agent: AgentCalls;
  readonly listings: Listings;
  readonly matcher: Matcher;
  readonly rulesFor: (connectionId: string) => Promise<readonly AllowRule[]>;
  readonly liveConnections: () => readonly string[];
  /** Results wait for this before they are matched: the first advisory data is on its way. */
  readonly advisoriesReady: (signal: AbortSignal) => Promise<void>;
  readonly onEnded: (row: ScanRow) => void;
  readonly announce: Announce;
  readonly signal: AbortSignal;
  readonly leads: () => boolean;
  /** This server, and all that live now. */
  readonly owner: string;
  readonly living: () => readonly string[];
  /** Work came for whichever server holds the client. */
  readonly onWork: () => void;
}

/** All that has to do with scans: what starts them, what sends them, what takes their results. */
export interface Scanning {
  readonly dispatcher: Dispatcher;
  /** Something was queued, for this server or another. */
  wake(): void;
  readonly stopScans: StopScans;
  readonly projects: Projects;
  readonly imports: Imports;
  readonly rules: Rules;
  readonly callbacks: Pick<CallbackHandlers, "result" | "progress">;
  /** Takes up what a server that is gone left between two steps. */
  recover(): Promise<void>;
  /** Sends scans until the signal fires. */
  run(): Promise<void>;
}

const RETRY_MS = 5_000;

export async function createScanning(options: ScanningOptions): Promise<Scanning> {
  const { db, clock, log, settings, bus, signal } = options;
  const nonces = await createNonces(db);
  const agent = createAgentScans(options.agent);
  const progress = createImportProgress(db, bus, clock);
  const events = createScanEvents(bus, progress, clock);
  const ended = async (row: ScanRow): Promise<void> => {
    await events.ended(row);
    wake();
    options.onEnded(row);
  };
  const finish = async (scanId: string, end: ScanEnd): Promise<void> => {
    const row = await db.transaction().execute(async (trx) => {
      const finished = await finishScan(trx, scanId, end, clock.now());
      if (finished) await options.announce.onEnded(finished, trx);
      return finished;
    });
    if (row) await ended(row);
  };
  const common = { db, clock, log, agent };
  const leaseMs = settings.TIDEWAITER_SCAN_LEASE_MS;
  const send = createSendScan({
    ...common,
    nonces,
    leaseMs,
    maxAttempts: settings.TIDEWAITER_SCAN_ATTEMPTS,
    scanTimeoutMs: settings.TIDEWAITER_SCAN_TIMEOUT_MS,
    agentWaitMs: settings.TIDEWAITER_AGENT_WAIT_MS,
    retryMs: Math.min(RETRY_MS, leaseMs),
    finish,
    changed: events.changed,
  });
  const dispatcher = createDispatcher({
    ...common,
    send,
    lease: { leaseMs, unreachableMs: Math.min(RETRY_MS, leaseMs) },
    liveConnections: options.liveConnections,
    inFlight: settings.TIDEWAITER_SCANS_IN_FLIGHT,
    tickMs: settings.TIDEWAITER_TICK_MS,
    leads: options.leads,
  });
  const wake = (): void => {
    dispatcher.wake();
    options.onWork();
  };
  const stopScans = createStopScans({ ...common, ended });
  const queueing = { db, clock, queueTimeoutMs: settings.TIDEWAITER_QUEUE_TIMEOUT_MS, wake };
  const rules = createRules({ ...queueing, log, listings: options.listings, progress, signal });
  const results = { ...options, nonces, ended };
  return {
    dispatcher,
    wake,
    stopScans,
    rules,
    projects: createProjects({ ...queueing, stopScans, changed: events.changed }),
    imports: createImports({ ...queueing, bus, progress, stopScans, rules, owner: options.owner }),
    recover: () => recoverImports(db, progress, rules, options.living()),
    run: () => dispatcher.run(signal),
    callbacks: {
      async result(connectionId, bytes, resultSignal) {
        await options.advisoriesReady(resultSignal);
        await acceptResult(results, connectionId, bytes, resultSignal);
      },
      progress: (connectionId, body) =>
        acceptProgress({ db, clock, nonces, leaseMs, changed: events.changed }, connectionId, body),
    },
  };
}
