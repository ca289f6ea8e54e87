import type { ScanRequest } from "@tidewaiter/contract";
import { BrokerError, type Clock, type Logger, toBrokerError } from "@tidewaiter/runtime";
import type { Db } from "../store/open.ts";
import type { AgentScans } from "./agent-scans.ts";
import type { ScanEnd } from "./finish-scan.ts";
import type { Nonces } from "./nonces.ts";
import { ACTIVE_STATES, type ScanRow } from "./scan-view.ts";
import { NOT_SENT } from "./start-scans.ts";

export interface SendOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly agent: AgentScans;
  readonly nonces: Nonces;
  readonly maxAttempts: number;
  readonly leaseMs: number;
  /** Wall-clock limit of a scan once it was sent, ms. */
  readonly scanTimeoutMs: number;
  /** How long an agent may be gone behind its broker client before its scans fail, ms. */
  readonly agentWaitMs: number;
  /** Wait before the next try when the agent does not take a scan, ms. */
  readonly retryMs: number;
  /** Ends a scan and tells everybody. */
  readonly finish: (scanId: string, end: ScanEnd) => Promise<void>;
  readonly changed: (row: ScanRow) => void;
}

export interface SendScan {
  first(row: ScanRow, signal: AbortSignal): Promise<void>;
  /** The agent came back empty: once more, at most `maxAttempts` times in all. */
  again(row: ScanRow, signal: AbortSignal): Promise<void>;
  endOverdue(row: ScanRow): Promise<void>;
  /** True while a connection's agent asked for a pause. */
  isWaiting(connectionId: string): boolean;
}

/** The broker client puts its own address here; escaped, since it is no template of ours. */
const CLIENT_URL = "\u0024{BROKER_CLIENT_URL}";

/** Nobody is there to take it: worth waiting for as long as the scan may wait. */
const AWAY: readonly string[] = [
  "NO_CONNECTION",
  "TUNNEL_DOWN",
  "EXCHANGE_LOST",
  "TIMEOUT",
  "CANCELLED",
  "UNAVAILABLE",
  "RATE_LIMITED",
];

/** The client found no agent, or one that went away meanwhile: a restart, or somebody's mistake. */
const AGENT_GONE: readonly string[] = ["DOWNSTREAM_UNREACHABLE", "DOWNSTREAM_ERROR", "DOWNSTREAM_TIMEOUT"];

export function createSendScan(options: SendOptions): SendScan {
  const memory: Memory = { pauses: new Map(), goneSince: new Map() };
  const { clock } = options;
  return {
    first: (row, signal) => send(options, memory, row, signal),
    async again(row, signal) {
      if (row.attempt < options.maxAttempts) return send(options, memory, row, signal);
      const message = `the agent lost the scan ${options.maxAttempts} times`;
      await options.finish(row.id, { state: "Failed", error: new BrokerError("SCAN_LOST", message).toProblem() });
    },
    endOverdue: (row) => endOverdue(options, row),
    isWaiting: (connectionId) => (memory.pauses.get(connectionId) ?? 0) > clock.now(),
  };
}

/** What a restart may forget. */
interface Memory {
  /** By connection: not to be called before. */
  readonly pauses: Map<string, number>;
  /** By scan: since when nobody answers behind the broker client. */
  readonly goneSince: Map<string, number>;
}

async function send(options: SendOptions, memory: Memory, row: ScanRow, signal: AbortSignal): Promise<void> {
  const { db, clock, agent, leaseMs, scanTimeoutMs } = options;
  const now = clock.now();
  const [claimed] = await db
    .updateTable("scans")
    .set({
      attempt: row.attempt + 1,
      lease_until: now + leaseMs,
      ...(row.attempt === 0 && { deadline_at: now + scanTimeoutMs }),
    })
    .where("id", "=", row.id)
    .where("attempt", "=", row.attempt)
    .where("state", "in", ACTIVE_STATES)
    .returningAll()
    .execute();
  if (!claimed) return;
  try {
    await agent.send(row.connection_id, toRequest(options, claimed), signal);
    memory.goneSince.delete(row.id);
    options.changed(claimed);
  } catch (error) {
    await onRefused(options, memory, row, claimed, toBrokerError(error));
  }
}

function toRequest({ nonces }: SendOptions, { id, attempt, repository, reference }: ScanRow): ScanRequest {
  return { scanId: id, nonce: nonces.of(id), attempt, repository, reference, callbackUrl: CLIENT_URL };
}

/** A scan that nobody could take goes back as it was; one that the agent refused has failed. */
async function onRefused(
  options: SendOptions,
  memory: Memory,
  before: ScanRow,
  claimed: ScanRow,
  error: BrokerError,
): Promise<void> {
  const { clock, log, retryMs } = options;
  if (!isWorthWaiting(options, memory, claimed.id, error)) {
    memory.goneSince.delete(claimed.id);
    await options.finish(claimed.id, { state: "Failed", error: error.toProblem() });
    return;
  }
  const waitMs = Math.max(error.retryAfterMs ?? 0, retryMs);
  memory.pauses.set(claimed.connection_id, clock.now() + waitMs);
  log.info("scan not taken yet", { scanId: claimed.id, code: error.code, waitMs });
  const lease_until = before.attempt === 0 ? NOT_SENT : clock.now() + waitMs;
  await options.db
    .updateTable("scans")
    .set({ attempt: before.attempt, deadline_at: before.deadline_at, lease_until })
    .where("id", "=", claimed.id)
    .where("attempt", "=", claimed.attempt)
    .execute();
}

/** Sending again is safe: the agent knows a scan that it has by id and attempt. */
function isWorthWaiting(
  { clock, agentWaitMs }: SendOptions,
  { goneSince }: Memory,
  scanId: string,
  { code }: BrokerError,
): boolean {
  if (!AGENT_GONE.includes(code)) return AWAY.includes(code);
  const since = goneSince.get(scanId) ?? clock.now();
  goneSince.set(scanId, since);
  return clock.now() - since < agentWaitMs;
}

async function endOverdue(options: SendOptions, row: ScanRow): Promise<void> {
  const wasSent = row.attempt > 0;
  const error = wasSent
    ? new BrokerError(
        "SCAN_TIMEOUT",
        `the scan was not done after ${Math.round(options.scanTimeoutMs / 60_000)} minutes`,
      )
    : new BrokerError("NO_CONNECTION", "no broker client of this connection came to take the scan");
  await options.finish(row.id, { state: "Failed", error: error.toProblem() });
  if (!wasSent) return;
  await options.agent.stop(row.connection_id, row.id, AbortSignal.timeout(10_000)).catch((thrown) => {
    options.log.info("agent was not told to stop a scan", { scanId: row.id, code: toBrokerError(thrown).code });
  });
}
