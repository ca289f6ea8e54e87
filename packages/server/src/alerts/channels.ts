import type { Clock } from "@tidewaiter/runtime";
import type { z } from "zod";
import { notFound, sees, type Viewer } from "../access/principal.ts";
import type { AlertEvent, channelRoutes, channelSchema } from "../api/contract/channels.ts";
import { newId, newSecretText } from "../store/ids.ts";
import type { Db } from "../store/open.ts";
import type { Tables } from "../store/tables.ts";
import { fromJson, toFlag, toIso, toJson } from "../store/values.ts";

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
  /** Enabled channels that want an event of a connection. */
  wanting(event: AlertEvent, connectionId: string | null): Promise<Channel[]>;
}

export function createChannels(db: Db, clock: Pick<Clock, "now">): Channels {
  const find = async (viewer: Viewer, id: string): Promise<Channel> => {
    const row = await db.selectFrom("channels").selectAll().where("id", "=", id).executeTakeFirst();
    if (!row || !maySee(viewer, row.connection_id)) throw notFound("channel");
    return row;
  };
  return {
    find,
    async list(viewer) {
      const rows = await db.selectFrom("channels").selectAll().orderBy("name").orderBy("id").execute();
      return rows.filter(({ connection_id }) => maySee(viewer, connection_id)).map(toView);
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
      await db.insertInto("channels").values(row).execute();
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
      await db.updateTable("channels").set(next).where("id", "=", id).execute();
      return toView(next);
    },
    async remove(viewer, id) {
      await find(viewer, id);
      await db.deleteFrom("channels").where("id", "=", id).execute();
    },
    async wanting(event, connectionId) {
      const rows = await db.selectFrom("channels").selectAll().where("is_enabled", "=", 1).execute();
      return rows.filter(
        ({ events, connection_id }) =>
          fromJson<AlertEvent[]>(events).includes(event) && (connection_id === null || connection_id === connectionId),
      );
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
