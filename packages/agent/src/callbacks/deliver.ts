import type { Job, Outcome } from "@tidewaiter/jobs";
import { type Clock, type Logger, retryDelay, systemClock } from "@tidewaiter/runtime";
import type { AgentMetrics } from "../agent-metrics.ts";
import type { Outbox, StoredParcel } from "../state/parcel.ts";
import type { CallbackAnswer } from "./callback-answer.ts";
import type { CallbackPoster } from "./post-callback.ts";

export interface DeliverOptions {
  readonly outbox: Outbox;
  readonly poster: CallbackPoster;
  readonly metrics: AgentMetrics;
  readonly log: Logger;
  readonly maxPauseMs: number;
  readonly maxAgeMs: number;
  readonly clock?: Clock;
}

/** Sends the messages of a parcel, each after the one before it was taken. A parcel that does not go through waits; others pass it. */
export function createDeliverer(options: DeliverOptions): (job: Job, signal: AbortSignal) => Promise<Outcome> {
  const { outbox, clock = systemClock } = options;
  return async (job, signal) => {
    const parcel = await outbox.find(job.payload);
    if (parcel?.state !== "pending" || !parcel.callback) return { kind: "done" };
    for (;;) {
      const message = await outbox.nextMessage(parcel.id);
      if (!message) return settle(options, parcel, "delivered");
      const { path, body } = message;
      const idempotencyKey = `${parcel.scanId ?? parcel.id}:${parcel.attempt ?? 1}`;
      const answer = await options.poster.post({ callback: parcel.callback, path, body, idempotencyKey }, signal);
      if (answer.kind !== "taken") return fail(options, job, parcel, answer);
      await outbox.markSent(parcel.id, message.seq, clock.now());
    }
  };
}

async function fail(
  options: DeliverOptions,
  job: Job,
  parcel: StoredParcel,
  answer: Exclude<CallbackAnswer, { kind: "taken" }>,
): Promise<Outcome> {
  const { outbox, log, metrics, maxPauseMs, maxAgeMs, clock = systemClock } = options;
  const { scanId, connection } = parcel;
  await outbox.noteTry(parcel.id, answer.status, answer.reason);
  const isTooOld = clock.now() - parcel.createdAt > maxAgeMs;
  if (answer.kind === "refused" || isTooOld) {
    const state = answer.kind === "refused" ? "refused" : "expired";
    log.error("callback given up", { scanId, connection, state, reason: answer.reason });
    return settle(options, parcel, state);
  }
  metrics.callbackRetries.inc();
  const policy = { attempts: Number.MAX_SAFE_INTEGER, baseMs: Math.min(1_000, maxPauseMs), capMs: maxPauseMs };
  const asked = Math.min(answer.retryAfterMs ?? 0, maxPauseMs);
  const delayMs = Math.max(asked, retryDelay(job.attempt, policy), policy.baseMs / 2);
  log.info("callback will be tried again", {
    scanId,
    connection,
    attempt: job.attempt,
    delayMs,
    reason: answer.reason,
  });
  return { kind: "retry", delayMs, reason: answer.reason };
}

async function settle(
  { outbox, metrics, log, clock = systemClock }: DeliverOptions,
  parcel: StoredParcel,
  state: "delivered" | "refused" | "expired",
): Promise<Outcome> {
  await outbox.settle(parcel.id, state, clock.now());
  metrics.parcels.inc({ state });
  log.debug("callback settled", { scanId: parcel.scanId, connection: parcel.connection, state });
  return { kind: "done" };
}
