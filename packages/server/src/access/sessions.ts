import type { Clock } from "@tidewaiter/runtime";
import { SCOPES } from "../api/contract/route.ts";
import { hashSecret, newSecretText } from "../store/ids.ts";
import type { Db } from "../store/open.ts";
import { fromJsonOrNull } from "../store/values.ts";
import type { Principal } from "./principal.ts";

/** The prefix binds the cookie to this host and to HTTPS (or loopback). */
export const SESSION_COOKIE = "__Host-tidewaiter";
const TOUCH_MS = 60_000;

export interface SessionTimes {
  /** From sign-in, whatever happens. */
  readonly maxMs: number;
  /** Without a call. */
  readonly idleMs: number;
}

export interface Sessions {
  /** Value for the cookie; only its hash is kept. */
  create(userId: string): Promise<string>;
  find(value: string): Promise<Principal | undefined>;
  end(value: string): Promise<void>;
  /** Ends all of a user's sessions but the one given. */
  endOthers(userId: string, except?: string): Promise<void>;
  /** Drops what has expired. */
  sweep(): Promise<void>;
}

export function createSessions(db: Db, clock: Clock, { maxMs, idleMs }: SessionTimes): Sessions {
  return {
    async create(userId) {
      const value = newSecretText();
      const now = clock.now();
      const times = { created_at: now, expires_at: now + maxMs, last_seen_at: now };
      await db
        .insertInto("sessions")
        .values({ hash: hashSecret(value), user_id: userId, ...times })
        .execute();
      await db.updateTable("users").set({ last_seen_at: now }).where("id", "=", userId).execute();
      return value;
    },
    async find(value) {
      const hash = hashSecret(value);
      const now = clock.now();
      const row = await db
        .selectFrom("sessions")
        .innerJoin("users", "users.id", "sessions.user_id")
        .select(["users.id", "users.name", "users.role", "users.connections", "sessions.last_seen_at"])
        .where("sessions.hash", "=", hash)
        .where("sessions.expires_at", ">", now)
        .where("sessions.last_seen_at", ">", now - idleMs)
        .where("users.is_disabled", "=", 0)
        .executeTakeFirst();
      if (!row) return undefined;
      if (now - row.last_seen_at > TOUCH_MS) await touch(db, hash, row.id, now);
      const { id, name, role } = row;
      return { kind: "user", id, name, role, scopes: SCOPES, connections: fromJsonOrNull<string[]>(row.connections) };
    },
    async end(value) {
      await db.deleteFrom("sessions").where("hash", "=", hashSecret(value)).execute();
    },
    async endOthers(userId, except) {
      await db
        .deleteFrom("sessions")
        .where("user_id", "=", userId)
        .$if(except !== undefined, (query) => query.where("hash", "<>", hashSecret(except ?? "")))
        .execute();
    },
    async sweep() {
      const now = clock.now();
      await db
        .deleteFrom("sessions")
        .where((where) => where.or([where("expires_at", "<=", now), where("last_seen_at", "<=", now - idleMs)]))
        .execute();
    },
  };
}

async function touch(db: Db, hash: string, userId: string, now: number): Promise<void> {
  await db.updateTable("sessions").set({ last_seen_at: now }).where("hash", "=", hash).execute();
  await db.updateTable("users").set({ last_seen_at: now }).where("id", "=", userId).execute();
}
