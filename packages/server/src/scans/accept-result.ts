import { BrokerError, type Clock, type Logger } from "@tidewaiter/runtime";
import { markSignatures } from "../images/signatures.ts";
import type { Matcher } from "../matching/matcher.ts";
import type { AllowRule } from "../policy/allow-rules.ts";
import type { Db } from "../store/open.ts";
import type { Nonces } from "./nonces.ts";
import { type NewFindings, saveResult } from "./save-result.ts";
import type { ScanRow } from "./scan-view.ts";

/** Writes alerts down within a transaction. */
export interface Announce {
  onEnded(row: ScanRow, within: Db): Promise<void>;
  /** Findings that a repository which had been looked at before did not have. */
  onNewFindings(news: NewFindings, within: Db): Promise<void>;
}

export interface ResultOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly matcher: Matcher;
  readonly nonces: Nonces;
  readonly rulesFor: (connectionId: string) => Promise<readonly AllowRule[]>;
  readonly ended: (row: ScanRow) => Promise<void>;
  /** Stores who is to be told, in the transaction that stores the result. */
  readonly announce: Announce;
}

/**
 * Takes a result that came up the tunnel of `connectionId`; it counts once. When this resolves it is on the disk.
 *
 * @throws {BrokerError} INPUT_INVALID, NOT_FOUND for a scan that this connection was not asked for, FORBIDDEN for a wrong nonce.
 */
export async function acceptResult(
  options: ResultOptions,
  connectionId: string,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  const { db, clock, matcher, nonces, log } = options;
  const ingested = await matcher.run<"ingest">({ kind: "ingest", bytes }, signal);
  const { scanId, nonce } = ingested.result;
  await assertAsked(db, nonces, connectionId, scanId, nonce);
  const rules = await options.rulesFor(connectionId);
  const saved = await db.transaction().execute(async (trx) => {
    const result = await saveResult(trx, ingested, connectionId, rules, clock.now());
    if (result) await options.announce.onEnded(result.row, trx);
    if (result?.news) await options.announce.onNewFindings(result.news, trx);
    return result;
  });
  if (!saved) {
    log.info("result of an ended scan", { scanId, connectionId });
    return;
  }
  log.info("scan ended", { scanId, connectionId, state: saved.row.state, repository: saved.row.repository });
  const { repository, project_id } = saved.row;
  await markSignatures(db, connectionId, repository, project_id);
  await options.ended(saved.row);
}

/** Also used for progress: both must come on the connection that was asked, with the nonce of the scan. */
export async function assertAsked(
  db: Db,
  nonces: Nonces,
  connectionId: string,
  scanId: string,
  nonce: string,
): Promise<ScanRow> {
  const row = await db
    .selectFrom("scans")
    .selectAll()
    .where("id", "=", scanId)
    .where("connection_id", "=", connectionId)
    .executeTakeFirst();
  if (!row) throw new BrokerError("NOT_FOUND", "this connection was not asked for such a scan");
  if (!nonces.isRight(scanId, nonce)) throw new BrokerError("FORBIDDEN", "the nonce is not that of the scan");
  return row;
}
