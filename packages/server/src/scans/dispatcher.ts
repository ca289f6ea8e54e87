import { type Clock, createLimiter, type Logger, toBrokerError } from "@tidewaiter/runtime";
import type { Db } from "../store/open.ts";
import type { AgentScans } from "./agent-scans.ts";
import { type Lease, renewLease } from "./lease.ts";
import { ACTIVE_STATES, type ScanRow } from "./scan-view.ts";
import type { SendScan } from "./send-scan.ts";

export interface DispatcherOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly agent: AgentScans;
  readonly send: SendScan;
  readonly lease: Lease;
  /** Connections with a client now. */
  readonly liveConnections: () => readonly string[];
  /** Scans of one connection that may be with its agent at once. */
  readonly inFlight: number;
  readonly tickMs: number;
  /** Of several servers one looks at leases and times; each sends the scans of the clients that it holds. */
  readonly leads: () => boolean;
}

/** Sends queued scans, renews leases and ends what is over its time. */
export interface Dispatcher {
  /** Looks now: something was queued, came back or was freed. */
  wake(): void;
  /** Runs until the signal fires. */
  run(signal: AbortSignal): Promise<void>;
}

const CALLS_AT_ONCE = 8;
const ROWS_AT_ONCE = 200;

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  let wakeUp = new AbortController();
  return {
    wake: () => wakeUp.abort(),
    async run(signal) {
      while (!signal.aborted) {
        wakeUp = new AbortController();
        try {
          await tick(options, signal);
        } catch (error) {
          if (!signal.aborted) options.log.error("dispatching scans failed", { error });
        }
        await sleepUntil(options, AbortSignal.any([signal, wakeUp.signal]));
      }
    },
  };
}

async function sleepUntil({ clock, tickMs }: DispatcherOptions, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(tickMs, signal);
  } catch {
    // Woken early, or stopping: the loop decides.
  }
}

/** One round: what is over, what is due, what is new. */
export async function tick(options: DispatcherOptions, signal: AbortSignal): Promise<void> {
  const isLeader = options.leads();
  if (isLeader) await endOverdue(options);
  const limiter = createLimiter(CALLS_AT_ONCE);
  const due = isLeader ? await dueLeases(options) : [];
  const fresh = (await Promise.all(options.liveConnections().map((id) => freshScans(options, id)))).flat();
  const work = [
    ...due.map((row) => () => renewLease(options, row, signal)),
    ...fresh.map((row) => () => options.send.first(row, signal)),
  ];
  await Promise.all(work.map((step) => limiter.run(step).catch((error) => noteFailure(options, error))));
}

function noteFailure({ log }: DispatcherOptions, error: unknown): void {
  log.warn("a scan could not be moved on", { code: toBrokerError(error).code, error });
}

async function endOverdue({ db, clock, send }: DispatcherOptions): Promise<void> {
  const rows = await db
    .selectFrom("scans")
    .selectAll()
    .where("state", "in", ACTIVE_STATES)
    .where("deadline_at", "<=", clock.now())
    .limit(ROWS_AT_ONCE)
    .execute();
  for (const row of rows) await send.endOverdue(row);
}

function dueLeases({ db, clock }: DispatcherOptions): Promise<ScanRow[]> {
  return db
    .selectFrom("scans")
    .selectAll()
    .where("state", "in", ACTIVE_STATES)
    .where("lease_until", "<=", clock.now())
    .limit(ROWS_AT_ONCE)
    .execute();
}

/** Queued scans of a connection, the oldest first, as many as its window has room for. */
async function freshScans({ db, inFlight, send }: DispatcherOptions, connectionId: string): Promise<ScanRow[]> {
  if (send.isWaiting(connectionId)) return [];
  const sent = await db
    .selectFrom("scans")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("state", "in", ACTIVE_STATES)
    .where("connection_id", "=", connectionId)
    .where("attempt", ">", 0)
    .executeTakeFirstOrThrow();
  const room = inFlight - Number(sent.count);
  if (room <= 0) return [];
  return db
    .selectFrom("scans")
    .selectAll()
    .where("state", "=", "Queued")
    .where("connection_id", "=", connectionId)
    .where("attempt", "=", 0)
    .orderBy("id")
    .limit(room)
    .execute();
}
