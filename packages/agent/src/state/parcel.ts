import type { Sql, SqlRow, Statement } from "@tidewaiter/jobs";

export type ParcelState = "pending" | "delivered" | "refused" | "expired";

export interface ParcelMessage {
  readonly path: string;
  /** JSON, gzipped. */
  readonly body: Uint8Array;
}

/** What leaves by callback, in order: a message goes out only after the one before it was taken. */
export interface Parcel {
  readonly id: string;
  readonly connection: string;
  readonly scanId?: string;
  readonly attempt?: number;
  /** Undefined while somebody waits for the result on the line. */
  readonly callback?: string;
  readonly messages: readonly ParcelMessage[];
}

export interface StoredParcel extends Omit<Parcel, "messages"> {
  readonly state: ParcelState;
  readonly tries: number;
  readonly status?: number;
  readonly reason?: string;
  readonly createdAt: number;
}

export function parcelStatements(parcel: Parcel, now: number): Statement[] {
  const { id, connection, scanId = null, attempt = null, callback = null, messages } = parcel;
  return [
    {
      text: `INSERT INTO parcels (id, connection, scan_id, attempt, callback, state, created_at)
        VALUES ($1, $2, $3, $4, $5, 'pending', $6)`,
      values: [id, connection, scanId, attempt, callback, now],
    },
    ...messages.map(({ path, body }, seq) => ({
      text: "INSERT INTO parcel_messages (parcel, seq, path, body) VALUES ($1, $2, $3, $4)",
      values: [id, seq, path, body],
    })),
  ];
}

/** The outbox: what was stored stays until it was taken, refused for good, or grew too old. */
export interface Outbox {
  put(parcel: Parcel, now: number): Promise<void>;
  find(id: string): Promise<StoredParcel | undefined>;
  /** The newest parcel of a scan. */
  ofScan(connection: string, scanId: string): Promise<StoredParcel | undefined>;
  /** The first message that was not taken yet. */
  nextMessage(id: string): Promise<(ParcelMessage & { readonly seq: number }) | undefined>;
  markSent(id: string, seq: number, now: number): Promise<void>;
  noteTry(id: string, status: number | undefined, reason: string): Promise<void>;
  settle(id: string, state: Exclude<ParcelState, "pending">, now: number): Promise<void>;
  pending(after: string, limit: number): Promise<StoredParcel[]>;
  prune(before: number): Promise<void>;
}

export function createOutbox(sql: Sql): Outbox {
  return {
    put: async (parcel, now) => void (await sql.batch(parcelStatements(parcel, now))),
    find: async (id) => toParcel(await sql.get("SELECT * FROM parcels WHERE id = $1", [id])),
    ofScan: async (connection, scanId) => {
      const text = "SELECT * FROM parcels WHERE connection = $1 AND scan_id = $2 ORDER BY created_at DESC LIMIT 1";
      return toParcel(await sql.get(text, [connection, scanId]));
    },
    nextMessage: async (id) => {
      const text =
        "SELECT seq, path, body FROM parcel_messages WHERE parcel = $1 AND sent_at IS NULL ORDER BY seq LIMIT 1";
      const row = await sql.get(text, [id]);
      if (!row || !(row.body instanceof Uint8Array)) return undefined;
      return { seq: Number(row.seq), path: String(row.path), body: row.body };
    },
    markSent: async (id, seq, now) => {
      const text = "UPDATE parcel_messages SET sent_at = $3, body = NULL WHERE parcel = $1 AND seq = $2";
      await sql.run(text, [id, seq, now]);
    },
    noteTry: async (id, status, reason) => {
      const text = "UPDATE parcels SET tries = tries + 1, status = $2, reason = $3 WHERE id = $1";
      await sql.run(text, [id, status ?? null, reason.slice(0, 1_000)]);
    },
    settle: async (id, state, now) => {
      await sql.run("UPDATE parcels SET state = $2, settled_at = $3 WHERE id = $1", [id, state, now]);
    },
    pending: async (after, limit) => {
      const text = "SELECT * FROM parcels WHERE state = 'pending' AND id > $1 ORDER BY id LIMIT $2";
      return (await sql.all(text, [after, limit])).flatMap((row) => toParcel(row) ?? []);
    },
    prune: async (before) => {
      await sql.batch([
        {
          text: `DELETE FROM parcel_messages WHERE parcel IN
            (SELECT id FROM parcels WHERE state <> 'pending' AND settled_at < $1)`,
          values: [before],
        },
        { text: "DELETE FROM parcels WHERE state <> 'pending' AND settled_at < $1", values: [before] },
      ]);
    },
  };
}

function toParcel(row: SqlRow | undefined): StoredParcel | undefined {
  if (!row) return undefined;
  const text = (key: string): string | undefined => (row[key] == null ? undefined : String(row[key]));
  return {
    id: String(row.id),
    connection: String(row.connection),
    scanId: text("scan_id"),
    attempt: row.attempt == null ? undefined : Number(row.attempt),
    callback: text("callback"),
    state: String(row.state) as ParcelState,
    tries: Number(row.tries),
    status: row.status == null ? undefined : Number(row.status),
    reason: text("reason"),
    createdAt: Number(row.created_at),
  };
}
