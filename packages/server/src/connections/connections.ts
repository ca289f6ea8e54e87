import type { RegistryType } from "@tidewaiter/contract";
import { BrokerError, type Clock } from "@tidewaiter/runtime";
import { assertSees, notFound, type Viewer } from "../access/principal.ts";
import type { ALLOW_MODES, ConnectionCheck, ConnectionOptions, ConnectionView } from "../api/contract/connections.ts";
import type { Schedule } from "../api/contract/schedule-schema.ts";
import { newId } from "../store/ids.ts";
import type { Db } from "../store/open.ts";
import { decodeCursor, type Page, type PageQuery, toPage } from "../store/paging.ts";
import type { Tables } from "../store/tables.ts";
import { toJson } from "../store/values.ts";
import { toConnectionView } from "./connection-view.ts";

export type AllowMode = (typeof ALLOW_MODES)[number];

export interface ConnectionChange {
  readonly name?: string;
  readonly options?: ConnectionOptions;
  readonly schedule?: Schedule | null;
  readonly allowMode?: AllowMode;
  readonly pollSeconds?: number | null;
}

export interface ConnectionsOptions {
  readonly db: Db;
  readonly clock: Clock;
  /** How many broker clients of a connection are here now. */
  readonly liveClients: (connectionId: string) => number;
  readonly nextRunOf: (connectionId: string) => Promise<number | null>;
}

/** Connections: one broker token each (and its successors), one registry behind it. */
export interface Connections {
  create(name: string, type: RegistryType, options: ConnectionOptions): Promise<string>;
  /** @throws {BrokerError} NOT_FOUND, also for what the viewer may not see. */
  show(viewer: Viewer, id: string): Promise<ConnectionView>;
  list(viewer: Viewer, query: PageQuery & { type?: readonly string[] }): Promise<Page<ConnectionView>>;
  update(viewer: Viewer, id: string, change: ConnectionChange): Promise<ConnectionView>;
  remove(viewer: Viewer, id: string): Promise<void>;
  saveCheck(id: string, check: ConnectionCheck): Promise<void>;
  markConnected(id: string): Promise<void>;
  /** Unless another server holds a client of it. */
  markLost(id: string): Promise<void>;
  /** Every connection that had a client when its server went without a word. Returns their ids. */
  markAllLost(): Promise<string[]>;
}

export function createConnections(options: ConnectionsOptions): Connections {
  const { db, clock } = options;
  const view = async (row: Tables["connections"]): Promise<ConnectionView> => toConnectionView(row, options);
  const find = async (viewer: Viewer, id: string): Promise<Tables["connections"]> => {
    assertSees(viewer, id);
    const row = await db.selectFrom("connections").selectAll().where("id", "=", id).executeTakeFirst();
    if (!row) throw notFound("connection");
    return row;
  };
  return {
    async create(name, type, settings) {
      const id = newId(clock.now());
      await insertConnection(db, clock.now(), id, name, type, settings);
      return id;
    },
    show: async (viewer, id) => view(await find(viewer, id)),
    async list({ connections }, { limit, cursor, type }) {
      const after = decodeCursor(cursor, 1)?.[0];
      const rows = await db
        .selectFrom("connections")
        .selectAll()
        .$if(connections !== null, (query) => query.where("id", "in", [...(connections ?? []), ""]))
        .$if(type !== undefined, (query) => query.where("type", "in", [...(type ?? []), ""]))
        .$if(after !== undefined, (query) => query.where("name", ">", String(after)))
        .orderBy("name")
        .limit(limit + 1)
        .execute();
      const page = toPage(
        rows,
        limit,
        ({ name }) => [name],
        (row) => row,
      );
      return { ...page, items: await Promise.all(page.items.map(view)) };
    },
    async update(viewer, id, change) {
      const row = await find(viewer, id);
      const next = applyChange(row, change, clock.now());
      await refuseTakenName(db, next.name, id);
      await db.updateTable("connections").set(next).where("id", "=", id).execute();
      return view(next);
    },
    async remove(viewer, id) {
      await find(viewer, id);
      await db.deleteFrom("connections").where("id", "=", id).execute();
    },
    async saveCheck(id, check) {
      await db
        .updateTable("connections")
        .set({ last_check: toJson(check) })
        .where("id", "=", id)
        .execute();
    },
    async markConnected(id) {
      const seen = { last_connected_at: clock.now(), lost_at: null };
      await db.updateTable("connections").set(seen).where("id", "=", id).execute();
    },
    async markLost(id) {
      await lose(db, clock.now()).where("id", "=", id).execute();
    },
    async markAllLost() {
      const lost = lose(db, clock.now()).where("last_connected_at", "is not", null);
      return (await lost.returning("id").execute()).map(({ id }) => id);
    },
  };
}

function lose(db: Db, now: number) {
  return db
    .updateTable("connections")
    .set({ lost_at: now })
    .where("lost_at", "is", null)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom("tunnels").select("client_id").whereRef("tunnels.connection_id", "=", "connections.id"))),
    );
}

async function insertConnection(
  db: Db,
  now: number,
  id: string,
  name: string,
  type: RegistryType,
  options: ConnectionOptions,
): Promise<void> {
  await refuseTakenName(db, name, id);
  await db
    .insertInto("connections")
    .values({
      id,
      name,
      type,
      options: toJson(options),
      allow_mode: "common",
      schedule: null,
      next_run_at: null,
      poll_seconds: null,
      next_poll_at: null,
      created_at: now,
      last_connected_at: null,
      lost_at: null,
      last_check: null,
      hook_id: null,
    })
    .execute();
}

async function refuseTakenName(db: Db, name: string, id: string): Promise<void> {
  const other = await db
    .selectFrom("connections")
    .select("id")
    .where("name", "=", name)
    .where("id", "<>", id)
    .executeTakeFirst();
  if (other) throw new BrokerError("CONFLICT", "a connection of this name is there already");
}

function applyChange(row: Tables["connections"], change: ConnectionChange, now: number): Tables["connections"] {
  const { name = row.name, allowMode = row.allow_mode, pollSeconds = row.poll_seconds } = change;
  return {
    ...row,
    name,
    allow_mode: allowMode,
    poll_seconds: pollSeconds,
    next_poll_at: pollSeconds === row.poll_seconds ? row.next_poll_at : pollSeconds && now + pollSeconds * 1_000,
    options: change.options ? toJson(change.options) : row.options,
    schedule: change.schedule === undefined ? row.schedule : change.schedule && toJson(change.schedule),
  };
}
