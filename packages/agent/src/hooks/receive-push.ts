import type { PushEvent } from "@tidewaiter/contract";
import type { PushDelivery, PushReader } from "@tidewaiter/registry";
import { BrokerError, type Clock, type Logger, systemClock } from "@tidewaiter/runtime";
import { type AnnounceOptions, announce } from "./announce.ts";
import type { Hook, HookStore } from "./hook-store.ts";

const MARKS_PER_CONNECTION = 1_000;
const UNPROVEN_PER_MINUTE = 60;
const MINUTE_MS = 60_000;
const MAX_REMEMBERED = 10_000;

export interface ReceivePushOptions extends AnnounceOptions {
  readonly hooks: HookStore;
  readonly reader: PushReader;
  readonly log: Logger;
  readonly clock?: Clock;
}

export interface PushReceiver {
  /** @throws {BrokerError} NOT_FOUND for an unknown hook, UNAUTHENTICATED, INPUT_INVALID, RATE_LIMITED, network codes without Google's keys. */
  receive(type: string, id: string, delivery: Pick<PushDelivery, "headers" | "body">): Promise<void>;
}

/** Takes deliveries: a proven one becomes an event at once, an unproven one only marks its tag for a look. */
export function createPushReceiver(options: ReceivePushOptions): PushReceiver {
  const { hooks, reader, log } = options;
  const allowUnproven = createMeter(options.clock ?? systemClock);
  return {
    async receive(type, id, { headers, body }) {
      const hook = await hooks.find(id);
      if (hook?.type !== type) throw new BrokerError("NOT_FOUND", "no such hook");
      const events = await reader.read({ type: hook.type, headers, body, secret: hook.secret });
      for (const event of events) {
        if (event.isAuthentic) await announce(options, hook, { ...event, hookId: hook.id });
        else await markTag(options, hook, event, allowUnproven);
      }
      log.info("push received", { connection: hook.connection, type, events: events.length });
    },
  };
}

async function markTag(
  { hooks, clock = systemClock }: ReceivePushOptions,
  { id, connection, callback }: Hook,
  { action, repository, tag }: Omit<PushEvent, "hookId">,
  allow: (hookId: string) => boolean,
): Promise<void> {
  if (action !== "push" || tag === undefined) return;
  const mark = { connection, hookId: id, callback, repository, tag };
  if (allow(id) && (await hooks.mark(mark, MARKS_PER_CONNECTION, clock.now()))) return;
  throw new BrokerError("RATE_LIMITED", "too many deliveries that prove nothing", { retryAfterMs: MINUTE_MS });
}

/** Counts by minute, so that somebody who found the address out cannot keep us busy. */
function createMeter(clock: Clock): (hookId: string) => boolean {
  const counts = new Map<string, { minute: number; count: number }>();
  return (hookId) => {
    const minute = Math.floor(clock.now() / MINUTE_MS);
    const entry = counts.get(hookId);
    if (counts.size >= MAX_REMEMBERED) counts.clear();
    const count = entry?.minute === minute ? entry.count + 1 : 1;
    counts.set(hookId, { minute, count });
    return count <= UNPROVEN_PER_MINUTE;
  };
}
