import type { Readable } from "node:stream";
import { type BuildReport, openAdvisoryStore } from "@tidewaiter/advisories";
import { BrokerError, type Clock, type Logger, type Problem, toBrokerError } from "@tidewaiter/runtime";
import type { z } from "zod";
import type { advisoryStatusSchema } from "../api/contract/overview.ts";
import type { EventBus } from "../events/bus.ts";
import type { Db } from "../store/open.ts";
import { toIso, toIsoOrNull } from "../store/values.ts";
import type { ImportUpload } from "./import-upload.ts";

export type AdvisoryStatus = z.output<typeof advisoryStatusSchema>;

export interface AdvisoriesOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly bus: EventBus;
  readonly path: string;
  /** Fetches and swaps in; the present data stays when it fails. */
  readonly fetch: (signal: AbortSignal) => Promise<BuildReport>;
  /** Puts the data of a bundle in place of the present. */
  readonly importUpload: ImportUpload;
  /** Time between updates, ms; 0: somebody else puts the file there. */
  readonly intervalMs: number;
  /** Age from which the data counts as stale, ms. */
  readonly staleMs: number;
  /** Called when there may be newer data than stored findings know. */
  readonly onNewData: () => void;
  /** Of several servers one fetches. */
  readonly leads: () => boolean;
  readonly signal: AbortSignal;
}

/** The advisory data of this server: its age, and how it is kept fresh. */
export interface Advisories {
  status(): Promise<AdvisoryStatus>;
  /** When the present data was built; undefined without data. */
  generation(): string | undefined;
  /** Resolves when the first data is there or is known not to come soon: results that arrive before wait for it. */
  ready(signal: AbortSignal): Promise<void>;
  /** Starts an update unless one runs; it goes on in the background. @throws {BrokerError} CONFLICT when updates are off. */
  update(): void;
  /** Takes a bundle. @throws {BrokerError} CONFLICT while an update runs, ADVISORIES_INVALID, PAYLOAD_TOO_LARGE. */
  take(bundle: Readable, isForced: boolean, signal: AbortSignal): Promise<void>;
  /** Updates when there is no data or it is old. */
  refresh(): Promise<void>;
  /** Refreshes at start, then updates at each interval. Until the signal fires. */
  run(): Promise<void>;
  close(): void;
}

export function createAdvisories(options: AdvisoriesOptions): Advisories {
  const { clock, path, intervalMs, staleMs } = options;
  const store = openAdvisoryStore(path);
  const state: UpdateState = { running: undefined, lastError: null, nextAt: null };
  const builtAt = (): string | undefined => {
    try {
      return store.snapshot().meta.get("built");
    } catch {
      return undefined;
    }
  };
  const update = (): Promise<void> => {
    state.running ??= runUpdate(options, state).finally(() => {
      state.running = undefined;
    });
    return state.running;
  };
  const refresh = async (): Promise<void> => {
    const isOld = clock.now() - Date.parse(builtAt() ?? "1970-01-01") > intervalMs;
    if (intervalMs > 0 && options.leads() && isOld) await update();
  };
  return {
    generation: builtAt,
    close: () => store.close(),
    async ready(signal) {
      if (builtAt() !== undefined || !state.running) return;
      const limit = AbortSignal.any([signal, AbortSignal.timeout(READY_MS)]);
      await Promise.race([
        state.running,
        new Promise<void>((resolve) => limit.addEventListener("abort", () => resolve())),
      ]);
    },
    update() {
      if (intervalMs === 0) throw withoutUpdates();
      void update();
    },
    refresh,
    async take(bundle, isForced, signal) {
      if (state.running) throw busy();
      const work = takeBundle(options, bundle, isForced, signal);
      state.running = work
        .catch(() => {})
        .finally(() => {
          state.running = undefined;
        });
      await work;
      state.lastError = null;
    },
    async run() {
      if (intervalMs === 0) return;
      await refresh();
      await keepFresh(options, state, update, () => builtAt() !== undefined);
    },
    async status() {
      const built = builtAt();
      const ecosystems = built === undefined ? [] : [...store.snapshot().ecosystems.values()];
      const ageMs = built === undefined ? null : clock.now() - Date.parse(built);
      return {
        state: ageMs === null ? "none" : ageMs > staleMs ? "stale" : "fresh",
        builtAt: built ?? null,
        ageHours: ageMs === null ? null : Math.round(ageMs / 360_000) / 10,
        records: ecosystems.reduce((sum, { records }) => sum + records, 0),
        ecosystems: ecosystems.map(({ name, records }) => ({ name, records })),
        isUpdating: state.running !== undefined,
        lastError: state.lastError && { ...state.lastError, at: toIso(state.lastError.at) },
        nextUpdateAt: toIsoOrNull(state.nextAt),
        waiting: built === undefined ? 0 : await countWaiting(options.db, built),
      };
    },
  };
}

/** A server without any data does not wait for hours before it tries again. */
const FIRST_RETRY_MS = 300_000;

/** A result waits no longer than this for the first data; it is compared later then. */
const READY_MS = 15_000;

interface UpdateState {
  running: Promise<void> | undefined;
  lastError: (Pick<Problem, "code" | "message"> & { readonly at: number }) | null;
  nextAt: number | null;
}

async function runUpdate(
  { clock, log, bus, fetch, signal, onNewData }: AdvisoriesOptions,
  state: UpdateState,
): Promise<void> {
  bus.publish("advisories", null, { isUpdating: true });
  try {
    const { records, skipped } = await fetch(signal);
    state.lastError = null;
    log.info("advisories updated", { records, skipped });
    onNewData();
  } catch (thrown) {
    const { code, message } = toBrokerError(thrown);
    if (signal.aborted) return;
    state.lastError = { code, message, at: clock.now() };
    log.error("advisories were not updated", { code, reason: message });
  } finally {
    bus.publish("advisories", null, { isUpdating: false });
  }
}

async function takeBundle(
  { bus, log, importUpload, onNewData }: AdvisoriesOptions,
  bundle: Readable,
  isForced: boolean,
  signal: AbortSignal,
): Promise<void> {
  bus.publish("advisories", null, { isUpdating: true });
  try {
    const { built, records, signature } = await importUpload(bundle, isForced, signal);
    log.info("advisories imported", { built, records, signature });
    onNewData();
  } finally {
    bus.publish("advisories", null, { isUpdating: false });
  }
}

async function keepFresh(
  { clock, intervalMs, leads, signal }: AdvisoriesOptions,
  state: UpdateState,
  update: () => Promise<void>,
  hasData: () => boolean,
): Promise<void> {
  while (!signal.aborted) {
    const pauseMs = hasData() ? intervalMs : Math.min(intervalMs, FIRST_RETRY_MS);
    state.nextAt = leads() ? clock.now() + pauseMs : null;
    try {
      await clock.sleep(pauseMs, signal);
    } catch {
      return;
    }
    if (leads()) await update();
  }
}

async function countWaiting(db: Db, generation: string): Promise<number> {
  const row = await db
    .selectFrom("inventories")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where((where) => where.or([where("generation", "is", null), where("generation", "<>", generation)]))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

function busy(): BrokerError {
  return new BrokerError("CONFLICT", "the advisories are being updated", {
    likely: "an update or another import runs",
    action: "wait until it is done, then import again",
  });
}

function withoutUpdates(): BrokerError {
  return new BrokerError("CONFLICT", "this server does not fetch advisories by itself", {
    likely: "TIDEWAITER_ADVISORY_INTERVAL_MS is 0: the data is put there by tidewaiter db",
    action: "run tidewaiter db update or db import, or set an interval",
  });
}
