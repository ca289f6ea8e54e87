import { BrokerError, type Clock } from "@tidewaiter/runtime";
import type { UserView } from "../api/contract/people.ts";
import type { Role } from "../api/contract/route.ts";
import { newId } from "../store/ids.ts";
import type { Db } from "../store/open.ts";
import { decodeCursor, type Page, type PageQuery, toPage } from "../store/paging.ts";
import type { Tables } from "../store/tables.ts";
import { fromJsonOrNull, toFlag, toIso, toIsoOrNull, toJson } from "../store/values.ts";
import type { Invitation } from "./links.ts";
import type { Passwords } from "./passwords.ts";
import { notFound } from "./principal.ts";

export interface UserChange {
  readonly role?: Role;
  readonly connections?: readonly string[] | null;
  readonly isDisabled?: boolean;
}

export interface Users {
  /** @throws {BrokerError} CONFLICT when the name is taken. */
  create(
    name: string,
    invitation: Invitation,
    credential: { password: string } | { oidcSubject: string },
  ): Promise<string>;
  /** The user's id when name and password belong together. */
  verify(name: string, password: string): Promise<string | undefined>;
  /** False on a server that nobody set up yet. */
  isAnybody(): Promise<boolean>;
  /** The user behind a provider's subject, disabled or not. @throws {BrokerError} FORBIDDEN when disabled. */
  findByOidc(subject: string): Promise<string | undefined>;
  /** The name, or with a number behind it when it is taken. */
  freeName(name: string): Promise<string>;
  setPassword(id: string, password: string): Promise<void>;
  show(id: string): Promise<UserView>;
  list(query: PageQuery): Promise<Page<UserView>>;
  /** @throws {BrokerError} NOT_FOUND, or CONFLICT when nobody would be left as owner. */
  update(id: string, change: UserChange): Promise<UserView>;
  remove(id: string): Promise<void>;
}

export function createUsers(db: Db, clock: Clock, passwords: Passwords): Users {
  const find = async (id: string): Promise<Tables["users"]> => {
    const row = await db.selectFrom("users").selectAll().where("id", "=", id).executeTakeFirst();
    if (!row) throw notFound("user");
    return row;
  };
  return {
    async create(name, { role, connections }, credential) {
      const id = newId(clock.now());
      const row: Tables["users"] = {
        id,
        name,
        name_key: name.toLowerCase(),
        role,
        password_hash: "password" in credential ? await passwords.hash(credential.password) : null,
        oidc_subject: "oidcSubject" in credential ? credential.oidcSubject : null,
        connections: connections && toJson(connections),
        is_disabled: 0,
        created_at: clock.now(),
        last_seen_at: null,
      };
      const added = await db
        .insertInto("users")
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (added.numInsertedOrUpdatedRows !== 1n) throw new BrokerError("CONFLICT", "this name is taken");
      return id;
    },
    async verify(name, password) {
      const row = await db
        .selectFrom("users")
        .select(["id", "password_hash", "is_disabled"])
        .where("name_key", "=", name.trim().toLowerCase())
        .executeTakeFirst();
      const isRight = await passwords.verify(password, row?.password_hash ?? undefined);
      return isRight && row && row.is_disabled === 0 ? row.id : undefined;
    },
    isAnybody: async () => (await db.selectFrom("users").select("id").limit(1).executeTakeFirst()) !== undefined,
    async findByOidc(subject) {
      const query = db.selectFrom("users").select(["id", "is_disabled"]).where("oidc_subject", "=", subject);
      const row = await query.executeTakeFirst();
      if (row?.is_disabled === 1) throw new BrokerError("FORBIDDEN", "this account was disabled");
      return row?.id;
    },
    async freeName(name) {
      for (let number = 1; ; number += 1) {
        const candidate = number === 1 ? name : `${name} ${number}`;
        const query = db.selectFrom("users").select("id").where("name_key", "=", candidate.toLowerCase());
        if (!(await query.executeTakeFirst())) return candidate;
      }
    },
    async setPassword(id, password) {
      const hash = await passwords.hash(password);
      await db.updateTable("users").set({ password_hash: hash }).where("id", "=", id).execute();
    },
    show: async (id) => toView(await find(id)),
    async list({ limit, cursor }) {
      const after = decodeCursor(cursor, 1)?.[0];
      const rows = await db
        .selectFrom("users")
        .selectAll()
        .$if(after !== undefined, (query) => query.where("name_key", ">", String(after)))
        .orderBy("name_key")
        .limit(limit + 1)
        .execute();
      return toPage(rows, limit, ({ name_key }) => [name_key], toView);
    },
    async update(id, change) {
      const row = await find(id);
      const isOwnerAfter = (change.role ?? row.role) === "owner" && !(change.isDisabled ?? row.is_disabled === 1);
      if (!isOwnerAfter) await assertOtherOwner(db, id);
      const { role = row.role, isDisabled = row.is_disabled === 1 } = change;
      const connections =
        change.connections === undefined ? row.connections : change.connections && toJson(change.connections);
      const next = { ...row, role, connections, is_disabled: toFlag(isDisabled) };
      await db.updateTable("users").set(next).where("id", "=", id).execute();
      return toView(next);
    },
    async remove(id) {
      await find(id);
      await assertOtherOwner(db, id);
      await db.deleteFrom("users").where("id", "=", id).execute();
    },
  };
}

/** A server whose last owner is gone can only be mended by hand. */
async function assertOtherOwner(db: Db, id: string): Promise<void> {
  const other = await db
    .selectFrom("users")
    .select("id")
    .where("id", "<>", id)
    .where("role", "=", "owner")
    .where("is_disabled", "=", 0)
    .limit(1)
    .executeTakeFirst();
  const isOwner = await db
    .selectFrom("users")
    .select("id")
    .where("id", "=", id)
    .where("role", "=", "owner")
    .executeTakeFirst();
  if (!other && isOwner) throw new BrokerError("CONFLICT", "this is the only owner");
}

function toView(row: Tables["users"]): UserView {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    connections: fromJsonOrNull<string[]>(row.connections),
    signIn: row.oidc_subject === null ? "password" : "oidc",
    isDisabled: row.is_disabled === 1,
    createdAt: toIso(row.created_at),
    lastSeenAt: toIsoOrNull(row.last_seen_at),
  };
}
