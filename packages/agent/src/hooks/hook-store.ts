import type { RegistryType } from "@tidewaiter/contract";
import type { Sql } from "@tidewaiter/jobs";
import { Secret, type Vault } from "@tidewaiter/runtime";

/** One address that a registry posts its pushes to. */
export interface Hook {
  /** Unguessable: whoever knows it may post. */
  readonly id: string;
  readonly connection: string;
  readonly type: RegistryType;
  /** What proves that a delivery is the registry's. */
  readonly secret?: Secret;
  /** Where its events go. */
  readonly callback: string;
}

/** A tag that an unproven delivery named: worth a look with the connection's next credentials. */
export interface TagMark {
  readonly connection: string;
  readonly hookId: string;
  readonly callback: string;
  readonly repository: string;
  readonly tag: string;
}

export interface HookStore {
  /** False when another connection has this id. */
  put(hook: Hook, now: number): Promise<boolean>;
  find(id: string): Promise<Hook | undefined>;
  count(connection: string): Promise<number>;
  /** False when the connection has no such hook. */
  remove(connection: string, id: string): Promise<boolean>;
  /** False when the connection has `limit` marks already. */
  mark(mark: TagMark, limit: number, now: number): Promise<boolean>;
  /** The oldest marks of a connection. */
  marks(connection: string, limit: number): Promise<TagMark[]>;
  unmark(mark: TagMark): Promise<void>;
  /** Keeps the digest that a tag has now. True when it had another one, or none was known. */
  noteDigest(mark: TagMark, digest: string): Promise<boolean>;
}

export function createHookStore(sql: Sql, vault: Vault): HookStore {
  return {
    async put({ id, connection, type, secret, callback }, now) {
      const sealed = secret ? vault.seal(secret.reveal(), `hook ${id}`) : null;
      return (await sql.run(PUT, [id, connection, type, sealed, callback, now])) > 0;
    },
    async find(id) {
      const row = await sql.get("SELECT * FROM hooks WHERE id = $1", [id]);
      if (!row) return undefined;
      const secret = row.secret instanceof Uint8Array ? new Secret(vault.open(row.secret, `hook ${id}`)) : undefined;
      const [connection, callback] = [String(row.connection), String(row.callback)];
      return { id, connection, type: String(row.type) as RegistryType, secret, callback };
    },
    async count(connection) {
      return Number((await sql.get("SELECT count(*) AS n FROM hooks WHERE connection = $1", [connection]))?.n ?? 0);
    },
    async remove(connection, id) {
      return sql.batch([
        { text: "DELETE FROM hooks WHERE id = $1 AND connection = $2", values: [id, connection], mustChange: true },
        { text: "DELETE FROM tag_marks WHERE hook = $1", values: [id] },
      ]);
    },
    async mark({ connection, hookId, callback, repository, tag }, limit, now) {
      return (await sql.run(MARK, [connection, repository, tag, hookId, callback, now, limit])) > 0;
    },
    async marks(connection, limit) {
      const text = "SELECT * FROM tag_marks WHERE connection = $1 ORDER BY created_at, repository, tag LIMIT $2";
      return (await sql.all(text, [connection, limit])).map((row) => ({
        connection,
        hookId: String(row.hook),
        callback: String(row.callback),
        repository: String(row.repository),
        tag: String(row.tag),
      }));
    },
    async unmark({ connection, repository, tag }) {
      const text = "DELETE FROM tag_marks WHERE connection = $1 AND repository = $2 AND tag = $3";
      await sql.run(text, [connection, repository, tag]);
    },
    async noteDigest({ connection, repository, tag }, digest) {
      return (await sql.run(NOTE_DIGEST, [connection, repository, tag, digest])) > 0;
    },
  };
}

const PUT = `INSERT INTO hooks (id, connection, type, secret, callback, created_at) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (id) DO UPDATE SET type = excluded.type, secret = excluded.secret, callback = excluded.callback
  WHERE hooks.connection = excluded.connection`;
// A tag that is marked already stays as it is and counts as marked.
const MARK = `INSERT INTO tag_marks (connection, repository, tag, hook, callback, created_at)
  SELECT $1, $2, $3, $4, $5, $6
  WHERE (SELECT count(*) FROM tag_marks WHERE connection = $1 AND NOT (repository = $2 AND tag = $3)) < $7
  ON CONFLICT (connection, repository, tag) DO UPDATE SET hook = excluded.hook, callback = excluded.callback`;
const NOTE_DIGEST = `INSERT INTO tag_digests (connection, repository, tag, digest) VALUES ($1, $2, $3, $4)
  ON CONFLICT (connection, repository, tag) DO UPDATE SET digest = excluded.digest
  WHERE tag_digests.digest <> excluded.digest`;
