import type { z } from "zod";
import type { Viewer } from "../access/principal.ts";
import type { channelRoutes, deliverySchema } from "../api/contract/channels.ts";
import type { Db } from "../store/open.ts";
import { decodeCursor, type Page, toPage } from "../store/paging.ts";
import type { Tables } from "../store/tables.ts";
import { fromJson, toIso, toIsoOrNull } from "../store/values.ts";
import type { Channels } from "./channels.ts";

type Row = Tables["deliveries"];
export type DeliveryView = z.output<typeof deliverySchema>;
export type DeliveriesQuery = z.output<(typeof channelRoutes)["deliveries"]["query"]>;

/** Newest first; only of channels that the viewer may see. */
export async function listDeliveries(
  db: Db,
  channels: Channels,
  viewer: Viewer,
  { limit, cursor, channelId, state }: DeliveriesQuery,
): Promise<Page<DeliveryView>> {
  const visible = (await channels.list(viewer)).map(({ id }) => id);
  const after = decodeCursor(cursor, 1)?.[0];
  const rows = await db
    .selectFrom("deliveries")
    .selectAll()
    .where("channel_id", "in", [...visible, ""])
    .$if(channelId !== undefined, (query) => query.where("channel_id", "=", channelId ?? ""))
    .$if(state !== undefined, (query) => query.where("state", "in", [...(state ?? []), ""]))
    .$if(after !== undefined, (query) => query.where("id", "<", String(after)))
    .orderBy("id", "desc")
    .limit(limit + 1)
    .execute();
  return toPage(rows, limit, ({ id }) => [id], toDeliveryView);
}

export function toDeliveryView(row: Row): DeliveryView {
  return {
    id: row.id,
    channelId: row.channel_id,
    event: row.event as DeliveryView["event"],
    state: row.state as DeliveryView["state"],
    attempts: row.attempts,
    status: row.status,
    error: row.error,
    createdAt: toIso(row.created_at),
    finishedAt: toIsoOrNull(row.finished_at),
    payload: fromJson<Record<string, unknown>>(row.payload),
  };
}
