import type { Clock, Vault } from "@tidewaiter/runtime";
import type { z } from "zod";
import { notFound, sees, type Viewer } from "../access/principal.ts";
import type { AlertEvent, channelRoutes, channelSchema } from "../api/contract/channels.ts";
import { newId, newSecretText } from "../store/ids.ts";
import type { Db } from "../store/open.ts";
import type { Tables } from "../store/tables.ts";
import { fromJson, toFlag, toIso, toJson } from "../store/values.ts";
import { createChannelSeal, SEALED } from "./channel-seal.ts";

type Channel = Tables["channels"];
type ChannelView = z.output<typeof channelSchema>;
type NewChannel = z.output<(typeof channelRoutes)["create"]["body"]>;
type Change = z.output<(typeof channelRoutes)["update"]["body"]>;

/** Where alerts go. A channel of every connection is seen and changed only by those who see every connection. */
export interface Channels {
  list(viewer: Viewer): Promise<ChannelView[]>;
  create(viewer: Viewer, channel: NewChannel): Promise<{ channel: ChannelView; secret: string | null }>;
  update(viewer: Viewer, id: string, change: Change): Promise<ChannelView>;
  remove(viewer: Viewer, id: string): Promise<void>;
  /** @throws {BrokerError} NOT_FOUND */
  find(viewer: Viewer, id: string): Promise<Channel>;
  /** The channel whoever asks; undefined when it is gone. */
  read(id: string): Promise<Channel | undefined>;
  /** Enabled channels that want an event of a connection. */
  wanting(event: AlertEvent, connectionId: string | null, within: Db): Promise<Channel[]>;
  /** Seals what an earlier release stored readable. */
  sealAll(): Promise<void>;
}

export function createChannels(db: Db, clock: Pick<Clock, "now">, vault: Vault): Channels {
  const { seal, open } = createChannelSeal(vault);
  const read = async (id: string): Promise<Channel | undefined> => {
    const row = await db.selectFrom("channels").selectAll().where("id", "=", id).executeTakeFirst();
    return row && open(row);
  };
  const find = async (viewer: Viewer, id: string): Promise<Channel> => {
    const row = await read(id);
    if (!row || !maySee(viewer, row.connection_id)) throw notFound("channel");
    return row;
  };
  return {
    find,
    read,
    async list(viewer) {
      const rows = await db.selectFrom("channels").selectAll().orderBy("name").orderBy("id").execute();
      return rows.filter(({ connection_id }) => maySee(viewer, connection_id)).map((row) => toView(open(row)));
    },
    async create(viewer, { name, kind, url, events, connectionId }) {
      if (!maySee(viewer, connectionId)) throw notFound("connection");
      const row: Channel = {
        id: newId(clock.now()),
        name,
        kind,
        url,
        secret: kind === "http" ? newSecretText() : null,
        events: toJson(events),
        connection_id: connectionId,
        is_enabled: 1,
        created_at: clock.now(),
      };
      await db.insertInto("channels").values(seal(row)).execute();
      return { channel: toView(row), secret: row.secret };
    },
    async update(viewer, id, change) {
      const row = await find(viewer, id);
      const { name = row.name, url = row.url, connectionId = row.connection_id } = change;
      if (!maySee(viewer, connectionId)) throw notFound("connection");
      const next: Channel = {
        ...row,
        name,
        url,
        connection_id: connectionId,
        events: change.events ? toJson(change.events) : row.events,
        is_enabled: change.isEnabled === undefined ? row.is_enabled : toFlag(change.isEnabled),
      };
      await db.updateTable("channels").set(seal(next)).where("id", "=", id).execute();
      return toView(next);
    },
    async remove(viewer, id) {
      await find(viewer, id);
      await db.deleteFrom("channels").where("id", "=", id).execute();
    },
    async wanting(event, connectionId, within) {
      const rows = await within.selectFrom("channels").selectAll().where("is_enabled", "=", 1).execute();
      const isWanted = ({ events, connection_id }: Channel): boolean =>
        fromJson<AlertEvent[]>(events).includes(event) && (connection_id === null || connection_id === connectionId);
      return rows.filter(isWanted).map(open);
    },
    async sealAll() {
      const rows = await db.selectFrom("channels").selectAll().where("url", "not like", `${SEALED}%`).execute();
      for (const row of rows) await db.updateTable("channels").set(seal(row)).where("id", "=", row.id).execute();
    },
  };
}

function maySee(viewer: Viewer, connectionId: string | null): boolean {
  return connectionId === null ? viewer.connections === null : sees(viewer, connectionId);
}

/** Only the origin of the address shows: the path of a webhook is often its secret. */
function toView(row: Channel): ChannelView {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind as ChannelView["kind"],
    target: new URL(row.url).origin,
    events: fromJson<AlertEvent[]>(row.events),
    connectionId: row.connection_id,
    isEnabled: row.is_enabled === 1,
    createdAt: toIso(row.created_at),
  };
}
