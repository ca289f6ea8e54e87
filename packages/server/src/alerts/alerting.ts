import type { Clock, Logger, OutboundOptions, Vault } from "@tidewaiter/runtime";
import type { ServerSettings } from "../config.ts";
import type { EventBus } from "../events/bus.ts";
import type { NewFindings } from "../scans/save-result.ts";
import type { ScanRow } from "../scans/scan-view.ts";
import type { Db } from "../store/open.ts";
import { type Channels, createChannels } from "./channels.ts";
import { createDeliveries, type Deliveries } from "./deliveries.ts";
import { newFindingsAlert, scanFailedAlert } from "./payloads.ts";
import { createSender } from "./sender.ts";

export interface AlertingOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly bus: EventBus;
  readonly settings: ServerSettings;
  readonly outbound: OutboundOptions;
  /** Addresses and secrets of channels lie sealed in the store. */
  readonly vault: Vault;
  readonly signal: AbortSignal;
}

/** Channels, what was sent, and what makes the server send. */
export interface Alerting {
  readonly channels: Channels;
  readonly deliveries: Deliveries;
  /** Stored `within` the transaction that stores what it tells of: a crash loses both or neither. */
  onNewFindings(news: NewFindings, within?: Db): Promise<void>;
  onEnded(row: ScanRow, within?: Db): Promise<void>;
  close(): Promise<void>;
}

const SEND_MS = 15_000;

export function createAlerting(options: AlertingOptions): Alerting {
  const { db, clock, settings, outbound } = options;
  const allowsPrivate = settings.TIDEWAITER_ALLOW_PRIVATE_WEBHOOKS;
  const sender = createSender({ allowsPrivate, outbound, timeoutMs: SEND_MS, now: () => clock.now() });
  const channels = createChannels(db, clock, options.vault);
  const deliveries = createDeliveries({ ...options, channels, sender, tickMs: settings.TIDEWAITER_TICK_MS });
  const nameOf = async (id: string, within: Db): Promise<string> =>
    (await within.selectFrom("connections").select("name").where("id", "=", id).executeTakeFirst())?.name ?? id;
  return {
    channels,
    deliveries,
    close: () => sender.close(),
    async onNewFindings(news, within = db) {
      await deliveries.enqueue(newFindingsAlert(news, await nameOf(news.connectionId, within)), within);
    },
    async onEnded(row, within = db) {
      if (row.state !== "Failed") return;
      await deliveries.enqueue(scanFailedAlert(row, await nameOf(row.connection_id, within)), within);
    },
  };
}
