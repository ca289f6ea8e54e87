import { type Clock, DEFAULT_RETRY, type Logger, retryDelay } from "@tidewaiter/runtime";
import { notFound, type Viewer } from "../access/principal.ts";
import type { EventBus } from "../events/bus.ts";
import { hashSecret, newId } from "../store/ids.ts";
import type { Db } from "../store/open.ts";
import type { Page } from "../store/paging.ts";
import type { Tables } from "../store/tables.ts";
import { toJson } from "../store/values.ts";
import type { Channels } from "./channels.ts";
import { type DeliveriesQuery, type DeliveryView, listDeliveries, toDeliveryView } from "./delivery-view.ts";
import { type Alert, toPayload, toSlack } from "./payloads.ts";
import type { Sender } from "./sender.ts";

type Row = Tables["deliveries"];
type Channel = Tables["channels"];

export interface DeliveriesOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly bus: EventBus;
  readonly channels: Channels;
  readonly sender: Sender;
  readonly tickMs: number;
  readonly signal: AbortSignal;
}

/** What was sent and is to be sent. Alerts are stored first, so that a restart loses none. */
export interface Deliveries {
  /** Stores an alert for each channel that wants it; a second one with the same key changes nothing. */
  enqueue(alert: Alert, within?: Db): Promise<void>;
  /** Sends to one channel now, whatever events it wants. */
  sendNow(channel: Channel, alert: Alert): Promise<DeliveryView>;
  resend(viewer: Viewer, id: string): Promise<DeliveryView>;
  list(viewer: Viewer, query: DeliveriesQuery): Promise<Page<DeliveryView>>;
  /** Sends what is due; until the signal fires. */
  run(): Promise<void>;
}

const ATTEMPTS = 6;
const ROWS_AT_ONCE = 20;
const RETRY = { ...DEFAULT_RETRY, baseMs: 5_000, capMs: 600_000 };

export function createDeliveries(options: DeliveriesOptions): Deliveries {
  const { db, clock, log, channels, tickMs, signal } = options;
  return {
    async enqueue(alert, within = db) {
      if (alert.event === "test") return;
      for (const channel of await channels.wanting(alert.event, alert.connectionId, within)) {
        await insert(within, newDelivery(channel, alert, clock.now()));
      }
    },
    async sendNow(channel, alert) {
      const row = newDelivery(channel, alert, clock.now());
      // Not due for the loop: it is sent here.
      await insert(db, { ...row, attempts: ATTEMPTS - 1, next_attempt_at: Number.MAX_SAFE_INTEGER });
      return toDeliveryView(await attempt(options, { ...row, attempts: ATTEMPTS - 1 }, channel));
    },
    async resend(viewer, id) {
      const row = await db.selectFrom("deliveries").selectAll().where("id", "=", id).executeTakeFirst();
      if (!row) throw notFound("delivery");
      const channel = await channels.find(viewer, row.channel_id);
      return toDeliveryView(await attempt(options, row, channel));
    },
    list: (viewer, query) => listDeliveries(db, channels, viewer, query),
    async run() {
      while (!signal.aborted) {
        await sendDue(options).catch((error) => {
          if (!signal.aborted) log.error("alerts were not sent", { error });
        });
        await clock.sleep(tickMs, signal).catch(() => {});
      }
    },
  };
}

async function insert(db: Db, row: Row): Promise<void> {
  await db
    .insertInto("deliveries")
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

function newDelivery(channel: Channel, alert: Alert, now: number): Row {
  const payload = channel.kind === "slack" ? toSlack(alert.title) : toPayload(alert, now);
  return {
    id: newId(now),
    channel_id: channel.id,
    event: alert.event,
    dedupe_key: hashSecret(alert.dedupeKey),
    payload: toJson(payload),
    state: "waiting",
    attempts: 0,
    status: null,
    error: null,
    created_at: now,
    next_attempt_at: now,
    finished_at: null,
  };
}

async function sendDue(options: DeliveriesOptions): Promise<void> {
  const { db, clock, channels } = options;
  const now = clock.now();
  const rows = await db
    .selectFrom("deliveries")
    .innerJoin("channels", "channels.id", "deliveries.channel_id")
    .selectAll("deliveries")
    .where("state", "=", "waiting")
    .where("next_attempt_at", "<=", now)
    .where("channels.is_enabled", "=", 1)
    .orderBy("next_attempt_at")
    .limit(ROWS_AT_ONCE)
    .execute();
  for (const row of rows) {
    const channel = await channels.read(row.channel_id);
    if (channel && (await claim(db, row, now))) await attempt(options, row, channel);
  }
}

/** Of several servers one sends; when it dies while sending, another tries again later. */
async function claim(db: Db, row: Row, now: number): Promise<boolean> {
  const taken = await db
    .updateTable("deliveries")
    .set({ next_attempt_at: now + RETRY.capMs })
    .where("id", "=", row.id)
    .where("next_attempt_at", "=", row.next_attempt_at)
    .executeTakeFirst();
  return taken.numUpdatedRows === 1n;
}

async function attempt(
  { db, clock, bus, sender, signal }: DeliveriesOptions,
  row: Row,
  channel: Channel,
): Promise<Row> {
  const { url, secret } = channel;
  const outcome = await sender.send({ id: row.id, event: row.event, url, secret, body: row.payload }, signal);
  const attempts = row.attempts + 1;
  const isOver = outcome.isDelivered || attempts >= ATTEMPTS;
  const next = {
    attempts,
    status: outcome.status,
    error: outcome.isDelivered ? null : outcome.error,
    state: outcome.isDelivered ? "delivered" : isOver ? "failed" : "waiting",
    next_attempt_at: clock.now() + retryDelay(attempts, RETRY),
    finished_at: isOver ? clock.now() : null,
  };
  await db.updateTable("deliveries").set(next).where("id", "=", row.id).execute();
  bus.publish("delivery", channel.connection_id, { id: row.id, channelId: channel.id, state: next.state });
  return { ...row, ...next };
}
