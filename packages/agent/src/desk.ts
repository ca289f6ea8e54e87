import { join } from "node:path";
import type { JobQueue } from "@tidewaiter/jobs";
import { createVault, type Logger, loadVaultKey, type Vault } from "@tidewaiter/runtime";
import type { AgentMetrics } from "./agent-metrics.ts";
import { createHookStore, type HookStore } from "./hooks/hook-store.ts";
import { createScanEnder, type ScanEnder } from "./scans/end-scan.ts";
import { createRunningScans, type RunningScans } from "./scans/running-scans.ts";
import type { AgentSettings } from "./settings.ts";
import { createOutbox, type Outbox } from "./state/parcel.ts";
import { createScanStore, type ScanStore } from "./state/scan-store.ts";
import { type AgentStore, openAgentStore } from "./store.ts";

/** All that the agent keeps, and what works on it. */
export interface Desk {
  readonly store: AgentStore;
  readonly scans: ScanStore;
  readonly outbox: Outbox;
  readonly vault: Vault;
  readonly hooks: HookStore;
  readonly scanQueue: JobQueue;
  readonly deliverQueue: JobQueue;
  readonly ender: ScanEnder;
  readonly running: RunningScans;
  /** Called whenever something was put into a queue. */
  readonly bells: Set<() => void>;
}

/** @throws {BrokerError} CONFIG_INVALID for a bad key or a data folder in use, UNAVAILABLE when the database is. */
export async function openDesk(settings: AgentSettings, log: Logger, metrics: AgentMetrics): Promise<Desk> {
  const keyPath = join(settings.TIDEWAITER_DATA_DIR, "agent.key");
  const vault = createVault(loadVaultKey(settings.TIDEWAITER_ENCRYPTION_KEY, keyPath));
  const store = await openAgentStore(settings, log);
  const leaseMs = settings.TIDEWAITER_LEASE_MS;
  const scanQueue = await store.jobs.queue("scan", { leaseMs });
  const deliverQueue = await store.jobs.queue("deliver", { leaseMs });
  const scans = createScanStore(store.sql);
  if (store.sql.engine === "sqlite") await scans.requeueAll();
  const bells = new Set<() => void>();
  const onQueued = (): void => {
    for (const ring of bells) ring();
  };
  const ender = createScanEnder({ scans, scanQueue, deliverQueue, metrics, log, onQueued });
  const outbox = createOutbox(store.sql);
  const hooks = createHookStore(store.sql, vault);
  return { store, scans, outbox, vault, hooks, scanQueue, deliverQueue, ender, running: createRunningScans(), bells };
}
