import { randomUUID } from "node:crypto";
import { CALLBACK_PATHS, type PushEvent } from "@tidewaiter/contract";
import type { JobQueue } from "@tidewaiter/jobs";
import { type Clock, systemClock } from "@tidewaiter/runtime";
import { packMessage } from "../scans/messages.ts";
import type { Outbox } from "../state/parcel.ts";

export interface AnnounceOptions {
  readonly outbox: Outbox;
  readonly deliverQueue: JobQueue;
  readonly bells: ReadonlySet<() => void>;
  readonly clock?: Clock;
}

/** Sends a push event to the server by the outbox, so that it arrives as surely as a result does. */
export async function announce(
  { outbox, deliverQueue, bells, clock = systemClock }: AnnounceOptions,
  { connection, callback }: { readonly connection: string; readonly callback: string },
  event: PushEvent,
): Promise<void> {
  const id = randomUUID();
  const messages = [await packMessage(CALLBACK_PATHS.push, event)];
  await outbox.put({ id, connection, callback, messages }, clock.now());
  await deliverQueue.add({ id, group: connection, payload: id });
  for (const ring of bells) ring();
}
