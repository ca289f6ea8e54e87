import { isFinal } from "@tidewaiter/contract";
import { type Clock, type Logger, toBrokerError } from "@tidewaiter/runtime";
import type { Db } from "../store/open.ts";
import type { AgentScans } from "./agent-scans.ts";
import { ACTIVE_STATES, type ScanRow } from "./scan-view.ts";
import type { SendScan } from "./send-scan.ts";

export interface Lease {
  /** Time without a sign of life after which the agent is asked, ms. */
  readonly leaseMs: number;
  /** The same while the agent cannot be reached, ms. */
  readonly unreachableMs: number;
}

export interface LeaseOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly agent: AgentScans;
  readonly send: SendScan;
  readonly lease: Lease;
}

/** No sign of life for a while: asks the agent, and sends the scan again when it does not know it any more. */
export async function renewLease(options: LeaseOptions, row: ScanRow, signal: AbortSignal): Promise<void> {
  const { agent, send, lease, log } = options;
  try {
    const status = await agent.status(row.connection_id, row.id, signal);
    const isWithAgent = status && (!isFinal(status.state) || status.delivery?.state === "pending");
    if (isWithAgent) await extend(options, row, lease.leaseMs, status.state === "Scanning" ? "Scanning" : undefined);
    else await send.again(row, signal);
  } catch (error) {
    signal.throwIfAborted();
    log.info("agent cannot be asked about a scan", { scanId: row.id, code: toBrokerError(error).code });
    // It may go on there, but nobody can see it: it does not count as running until the agent is back.
    await extend(options, row, lease.unreachableMs, "Queued");
  }
}

async function extend(
  { db, clock }: LeaseOptions,
  row: ScanRow,
  ms: number,
  state: "Queued" | "Scanning" | undefined,
): Promise<void> {
  const lease_until = clock.now() + ms;
  await db
    .updateTable("scans")
    .set({ lease_until, ...(state && { state }) })
    .where("id", "=", row.id)
    .where("state", "in", ACTIVE_STATES)
    .execute();
  if (!state) return;
  await db.updateTable("projects").set({ state }).where("active_scan_id", "=", row.id).execute();
}
