import type { FinalScanState } from "@tidewaiter/contract";
import type { Sql, SqlRow, Statement } from "@tidewaiter/jobs";
import { type Parcel, parcelStatements } from "./parcel.ts";
import { type Scan, toScan } from "./scan.ts";

const LIVE = "state IN ('Queued', 'Scanning')";
const CLEARED = "credential = NULL, joined_to = NULL";

export interface ScanEnd {
  readonly state: FinalScanState;
  readonly digest?: string;
  readonly tagDigest?: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  /** What is to be sent, stored in the same transaction. */
  readonly parcel: Parcel;
}

/** The agent's book of scans. A scan leaves Queued and Scanning once, by `finish`, whoever else is working on it. */
export interface ScanStore {
  find(connection: string, scanId: string): Promise<Scan | undefined>;
  findByJob(jobId: string): Promise<Scan | undefined>;
  list(connection: string, limit: number): Promise<Scan[]>;
  /** Stores a new scan; one of the same id stays as it is, and the answer is false. */
  insert(scan: Scan): Promise<boolean>;
  /** The same scan asked for again with a higher attempt: a live one takes the new names, an ended one is queued anew. */
  renew(scan: Scan, previous: Scan): Promise<boolean>;
  /** False when the scan is over or was queued anew. */
  setScanning(scan: Scan, now: number): Promise<boolean>;
  setQueued(scan: Scan, code: string, message: string): Promise<boolean>;
  finish(scan: Scan, end: ScanEnd, now: number): Promise<boolean>;
  /** Takes the image for this job. Answers with the job that has it: this one, or the one to join. */
  takeDigest(scan: Scan, digest: string): Promise<string>;
  join(scan: Scan, ownerJob: string, digest: string): Promise<boolean>;
  unjoin(scan: Scan): Promise<boolean>;
  followers(jobId: string): Promise<Scan[]>;
  /** Live scans in pages, for the sweep that puts lost jobs back. */
  live(after: string, limit: number): Promise<Scan[]>;
  countLive(): Promise<number>;
  /** For a book of this process alone, at its start: nobody is working on anything. */
  requeueAll(): Promise<number>;
  prune(before: number): Promise<number>;
}

export function createScanStore(sql: Sql): ScanStore {
  const many = async (text: string, values: readonly (string | number)[]): Promise<Scan[]> =>
    (await sql.all(text, values)).map(toScan);
  const one = (row: SqlRow | undefined): Scan | undefined => row && toScan(row);
  const changed = async (text: string, values: Statement["values"]): Promise<boolean> =>
    (await sql.run(text, values)) > 0;
  return {
    find: async (connection, scanId) =>
      one(await sql.get("SELECT * FROM scans WHERE connection = $1 AND scan_id = $2", [connection, scanId])),
    findByJob: async (jobId) => one(await sql.get("SELECT * FROM scans WHERE job_id = $1", [jobId])),
    list: (connection, limit) =>
      many("SELECT * FROM scans WHERE connection = $1 ORDER BY created_at DESC, scan_id LIMIT $2", [connection, limit]),
    insert: (scan) => changed(INSERT, insertValues(scan)),
    renew: (scan, previous) => changed(RENEW, [...insertValues(scan), previous.jobId, previous.attempt]),
    setScanning: (scan, now) =>
      changed(
        `UPDATE scans SET state = 'Scanning', started_at = coalesce(started_at, $2) WHERE job_id = $1 AND ${LIVE}`,
        [scan.jobId, now],
      ),
    setQueued: (scan, code, message) =>
      changed(`UPDATE scans SET state = 'Queued', error_code = $2, error_message = $3 WHERE job_id = $1 AND ${LIVE}`, [
        scan.jobId,
        code,
        message,
      ]),
    finish: (scan, end, now) => sql.batch([...finishStatements(scan, end, now), ...parcelStatements(end.parcel, now)]),
    takeDigest: (scan, digest) => takeDigest(sql, scan, digest),
    join: (scan, ownerJob, digest) =>
      changed(`UPDATE scans SET joined_to = $2, digest = $3 WHERE job_id = $1 AND ${LIVE}`, [
        scan.jobId,
        ownerJob,
        digest,
      ]),
    unjoin: (scan) =>
      changed(`UPDATE scans SET joined_to = NULL, state = 'Queued' WHERE job_id = $1 AND joined_to = $2 AND ${LIVE}`, [
        scan.jobId,
        scan.joinedTo ?? "",
      ]),
    followers: (jobId) => many(`SELECT * FROM scans WHERE joined_to = $1 AND ${LIVE}`, [jobId]),
    live: (after, limit) =>
      many(`SELECT * FROM scans WHERE job_id > $1 AND ${LIVE} ORDER BY job_id LIMIT $2`, [after, limit]),
    countLive: async () => Number((await sql.get(`SELECT count(*) AS n FROM scans WHERE ${LIVE}`))?.n ?? 0),
    requeueAll: () => sql.run("UPDATE scans SET state = 'Queued' WHERE state = 'Scanning' AND joined_to IS NULL"),
    prune: (before) => sql.run(`DELETE FROM scans WHERE NOT (${LIVE}) AND finished_at < $1`, [before]),
  };
}

const COLUMNS =
  "connection, scan_id, attempt, nonce, job_id, state, repository, reference, platform, callback, credential, created_at";
const INSERT = `INSERT INTO scans (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
  ON CONFLICT (connection, scan_id) DO NOTHING`;
const RENEW = `UPDATE scans SET attempt = $3, nonce = $4, job_id = $5, state = $6, repository = $7, reference = $8,
    platform = $9, callback = $10, credential = $11, created_at = $12, joined_to = NULL, digest = NULL, tag_digest = NULL,
    error_code = NULL, error_message = NULL, started_at = NULL, finished_at = NULL
  WHERE connection = $1 AND scan_id = $2 AND job_id = $13 AND attempt = $14`;

function insertValues(scan: Scan): (string | number | null | Uint8Array)[] {
  const { connection, scanId, attempt, nonce, jobId, state, repository, reference, createdAt } = scan;
  const { platform = null, callback = null, credential = null } = scan;
  return [
    connection,
    scanId,
    attempt,
    nonce,
    jobId,
    state,
    repository,
    reference,
    platform,
    callback,
    credential,
    createdAt,
  ];
}

function finishStatements(scan: Scan, end: ScanEnd, now: number): Statement[] {
  const { state, digest = null, tagDigest = null, errorCode = null, errorMessage = null } = end;
  return [
    {
      text: `UPDATE scans SET state = $3, digest = coalesce($4, digest), tag_digest = $5, error_code = $6,
        error_message = $7, finished_at = $8, ${CLEARED} WHERE job_id = $1 AND attempt = $2 AND ${LIVE}`,
      values: [scan.jobId, scan.attempt, state, digest, tagDigest, errorCode, errorMessage, now],
      mustChange: true,
    },
    { text: "DELETE FROM scan_digests WHERE job_id = $1", values: [scan.jobId] },
  ];
}

async function takeDigest(sql: Sql, { connection, jobId }: Scan, digest: string): Promise<string> {
  const insert = `INSERT INTO scan_digests (connection, digest, job_id) VALUES ($1, $2, $3)
    ON CONFLICT (connection, digest) DO UPDATE SET job_id = excluded.job_id
    WHERE NOT EXISTS (SELECT 1 FROM scans WHERE scans.job_id = scan_digests.job_id AND ${LIVE})`;
  if ((await sql.run(insert, [connection, digest, jobId])) > 0) return jobId;
  const row = await sql.get("SELECT job_id FROM scan_digests WHERE connection = $1 AND digest = $2", [
    connection,
    digest,
  ]);
  return row ? String(row.job_id) : takeDigest(sql, { connection, jobId } as Scan, digest);
}
