import { randomUUID } from "node:crypto";
import type { Clock } from "@tidewaiter/runtime";
import type { z } from "zod";
import { notFound } from "../access/principal.ts";
import type { tokenSchema } from "../api/contract/connections.ts";
import { hashSecret, newId } from "../store/ids.ts";
import type { Db } from "../store/open.ts";
import { toIso, toIsoOrNull } from "../store/values.ts";

const TOUCH_MS = 60_000;

/** Broker tokens: lower-case UUIDs, as the vendor's client demands. Only hashes are stored. */
export interface BrokerTokens {
  /** The connection that a token in force belongs to. */
  find(token: string): Promise<string | undefined>;
  /** The connection of a token's hash, in force or not; answers for requests that are checked elsewhere. */
  connectionOf(hash: string): Promise<string | undefined>;
  /** The value is given out here and never again. */
  issue(connectionId: string, token?: string): Promise<{ id: string; token: string }>;
  list(connectionId: string): Promise<z.output<typeof tokenSchema>[]>;
  /** Every other token of the connection ends at the given time, if it does not end before. */
  expireOthers(connectionId: string, keepId: string, at: number): Promise<void>;
  /** @throws {BrokerError} NOT_FOUND */
  revoke(connectionId: string, id: string): Promise<void>;
}

export function createBrokerTokens(db: Db, clock: Clock): BrokerTokens {
  return {
    async find(token) {
      const now = clock.now();
      const row = await db
        .selectFrom("tokens")
        .select(["id", "connection_id", "expires_at", "last_used_at"])
        .where("hash", "=", hashSecret(token))
        .executeTakeFirst();
      if (!row || (row.expires_at !== null && row.expires_at <= now)) return undefined;
      if (now - (row.last_used_at ?? 0) > TOUCH_MS) {
        await db.updateTable("tokens").set({ last_used_at: now }).where("id", "=", row.id).execute();
      }
      return row.connection_id;
    },
    async connectionOf(hash) {
      const row = await db.selectFrom("tokens").select("connection_id").where("hash", "=", hash).executeTakeFirst();
      return row?.connection_id;
    },
    async issue(connectionId, token = randomUUID()) {
      const id = newId(clock.now());
      const hash = hashSecret(token);
      await db
        .insertInto("tokens")
        .values({
          id,
          connection_id: connectionId,
          hash,
          fingerprint: hash.slice(0, 12),
          created_at: clock.now(),
          expires_at: null,
          last_used_at: null,
        })
        .execute();
      return { id, token };
    },
    async list(connectionId) {
      const rows = await db
        .selectFrom("tokens")
        .selectAll()
        .where("connection_id", "=", connectionId)
        .where((where) => where.or([where("expires_at", "is", null), where("expires_at", ">", clock.now())]))
        .orderBy("id", "desc")
        .execute();
      return rows.map((row) => ({
        id: row.id,
        fingerprint: row.fingerprint,
        createdAt: toIso(row.created_at),
        expiresAt: toIsoOrNull(row.expires_at),
        lastUsedAt: toIsoOrNull(row.last_used_at),
      }));
    },
    async expireOthers(connectionId, keepId, at) {
      await db
        .updateTable("tokens")
        .set({ expires_at: at })
        .where("connection_id", "=", connectionId)
        .where("id", "<>", keepId)
        .where((where) => where.or([where("expires_at", "is", null), where("expires_at", ">", at)]))
        .execute();
    },
    async revoke(connectionId, id) {
      const query = db.deleteFrom("tokens").where("id", "=", id).where("connection_id", "=", connectionId);
      if ((await query.executeTakeFirst()).numDeletedRows === 0n) throw notFound("token");
    },
  };
}
