import type { Clock } from "@tidewaiter/runtime";
import type { KeyView } from "../api/contract/people.ts";
import { type Role, SCOPES, type Scope } from "../api/contract/route.ts";
import { hashSecret, isSameHash, newId, newSecretText } from "../store/ids.ts";
import type { Db } from "../store/open.ts";
import { decodeCursor, type Page, type PageQuery, toPage } from "../store/paging.ts";
import type { Tables } from "../store/tables.ts";
import { fromJson, fromJsonOrNull, toIso, toIsoOrNull, toJson } from "../store/values.ts";
import { notFound, type Principal } from "./principal.ts";

/** A key's last use is written at most this often. */
const TOUCH_MS = 60_000;

export interface NewKey {
  readonly name: string;
  readonly role: Role;
  readonly scopes: readonly Scope[];
  readonly connections: readonly string[] | null;
  readonly expiresAt: number | null;
}

export interface ApiKeys {
  /** The key's owner, or undefined for a value that is unknown, revoked or expired. */
  find(value: string): Promise<Principal | undefined>;
  /** The value is given out here and never again. */
  create(key: NewKey, createdBy: string): Promise<{ key: KeyView; value: string }>;
  list(query: PageQuery): Promise<Page<KeyView>>;
  /** @throws {BrokerError} NOT_FOUND */
  revoke(id: string): Promise<void>;
}

/** `bootstrap` is the key of the environment: an owner's, for programs that set a server up. */
export function createApiKeys(db: Db, clock: Clock, bootstrap?: string): ApiKeys {
  const bootstrapHash = bootstrap === undefined ? undefined : hashSecret(bootstrap);
  return {
    async find(value) {
      const hash = hashSecret(value);
      if (bootstrapHash && isSameHash(hash, bootstrapHash)) return BOOTSTRAP;
      const row = await db.selectFrom("api_keys").selectAll().where("hash", "=", hash).executeTakeFirst();
      const now = clock.now();
      if (!row || (row.expires_at !== null && row.expires_at <= now)) return undefined;
      if (now - (row.last_used_at ?? 0) > TOUCH_MS) {
        await db.updateTable("api_keys").set({ last_used_at: now }).where("id", "=", row.id).execute();
      }
      return toPrincipal(row);
    },
    async create({ name, role, scopes, connections, expiresAt }, createdBy) {
      const value = newSecretText("tw_");
      const row = {
        id: newId(clock.now()),
        name,
        hash: hashSecret(value),
        hint: value.slice(0, 8),
        role,
        scopes: toJson(scopes),
        connections: connections && toJson(connections),
        created_by: createdBy,
        created_at: clock.now(),
        expires_at: expiresAt,
        last_used_at: null,
      };
      await db.insertInto("api_keys").values(row).execute();
      return { key: toView(row), value };
    },
    async list({ limit, cursor }) {
      const after = decodeCursor(cursor, 1)?.[0];
      const rows = await db
        .selectFrom("api_keys")
        .selectAll()
        .$if(after !== undefined, (query) => query.where("id", "<", String(after)))
        .orderBy("id", "desc")
        .limit(limit + 1)
        .execute();
      return toPage(rows, limit, ({ id }) => [id], toView);
    },
    async revoke(id) {
      const { numDeletedRows } = await db.deleteFrom("api_keys").where("id", "=", id).executeTakeFirst();
      if (numDeletedRows === 0n) throw notFound("API key");
    },
  };
}

const BOOTSTRAP: Principal = {
  kind: "key",
  id: "bootstrap",
  name: "bootstrap key",
  role: "owner",
  scopes: SCOPES,
  connections: null,
};

function toPrincipal(row: Tables["api_keys"]): Principal {
  return {
    kind: "key",
    id: row.id,
    name: row.name,
    role: row.role,
    scopes: fromJson<Scope[]>(row.scopes),
    connections: fromJsonOrNull<string[]>(row.connections),
  };
}

function toView(row: Tables["api_keys"]): KeyView {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    role: row.role,
    scopes: fromJson<Scope[]>(row.scopes),
    connections: fromJsonOrNull<string[]>(row.connections),
    createdAt: toIso(row.created_at),
    createdBy: row.created_by,
    expiresAt: toIsoOrNull(row.expires_at),
    lastUsedAt: toIsoOrNull(row.last_used_at),
  };
}
