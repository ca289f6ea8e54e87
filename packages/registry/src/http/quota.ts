import { type Clock, systemClock } from "@tidewaiter/runtime";
import type { HttpAnswer } from "./transport.ts";

/** What a registry says is left of a pull quota. Numbers are read from its answers, never assumed. */
export interface Quota {
  readonly limit: number;
  readonly remaining: number;
  /** Length of the window in seconds, when named. */
  readonly windowSeconds?: number;
  readonly seenAt: number;
}

/** Reads `RateLimit-*` headers in the form `100;w=21600` (reference, 4.7); undefined when there are none: no quota. */
export function readQuota(answer: HttpAnswer, clock: Clock = systemClock): Quota | undefined {
  const limit = readAmount(answer.header("ratelimit-limit"));
  const remaining = readAmount(answer.header("ratelimit-remaining"));
  if (!limit || !remaining) return undefined;
  const windowSeconds = limit.windowSeconds ?? remaining.windowSeconds;
  return { limit: limit.amount, remaining: remaining.amount, windowSeconds, seenAt: clock.now() };
}

/** True when a pull would eat into the share that is left to others. */
export function isQuotaLow({ limit, remaining }: Quota, reserve: number): boolean {
  return limit > 0 && remaining < Math.max(1, limit * reserve);
}

function readAmount(text: string | undefined): { amount: number; windowSeconds?: number } | undefined {
  const match = /^\s*(\d{1,12})(?:\s*;\s*w=(\d{1,9}))?/.exec(text ?? "");
  if (!match) return undefined;
  return { amount: Number(match[1]), ...(match[2] && { windowSeconds: Number(match[2]) }) };
}
