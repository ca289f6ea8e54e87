import type { ScanState } from "@tidewaiter/contract";
import type { SqlRow } from "@tidewaiter/jobs";

/** One scan that a connection asked for, as it is stored. */
export interface Scan {
  readonly connection: string;
  readonly scanId: string;
  readonly attempt: number;
  readonly nonce: string;
  /** Name of its job in the queue; a new one each time the scan is queued anew. */
  readonly jobId: string;
  readonly state: ScanState;
  readonly repository: string;
  readonly reference: string;
  readonly platform?: string;
  /** Where callbacks go; undefined for a scan whose caller waits for the answer. */
  readonly callback?: string;
  /** Encrypted, and only while the scan is not over. */
  readonly credential?: Uint8Array;
  /** The job that analyses the same image already. */
  readonly joinedTo?: string;
  readonly digest?: string;
  readonly tagDigest?: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
}

export function toScan(row: SqlRow): Scan {
  const text = (key: string): string | undefined => (row[key] == null ? undefined : String(row[key]));
  const number = (key: string): number | undefined => (row[key] == null ? undefined : Number(row[key]));
  return {
    connection: String(row.connection),
    scanId: String(row.scan_id),
    attempt: Number(row.attempt),
    nonce: String(row.nonce),
    jobId: String(row.job_id),
    state: String(row.state) as ScanState,
    repository: String(row.repository),
    reference: String(row.reference),
    platform: text("platform"),
    callback: text("callback"),
    credential: row.credential instanceof Uint8Array ? row.credential : undefined,
    joinedTo: text("joined_to"),
    digest: text("digest"),
    tagDigest: text("tag_digest"),
    errorCode: text("error_code"),
    errorMessage: text("error_message"),
    createdAt: Number(row.created_at),
    startedAt: number("started_at"),
    finishedAt: number("finished_at"),
  };
}
