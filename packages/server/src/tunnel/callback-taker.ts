import { Readable } from "node:stream";
import { type Logger, type Secret, toBrokerError } from "@tidewaiter/runtime";
import {
  denialBody,
  type Filter,
  type FilterDecision,
  readBounded,
  resolveTarget,
  type Variables,
} from "@tidewaiter/tunnel";
import type { Dispatcher } from "undici";
import type { CallbackAnswer, TunnelHost } from "./hub.ts";
import { callOrigin } from "./origin-call.ts";
import { flatHeaders } from "./request-headers.ts";

/** A callback as it came up, by message or as a stream. */
export interface Callback {
  readonly connectionId: string;
  readonly token: Secret;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer | Readable;
  readonly requestId: string;
}

export interface CallbackTakerOptions {
  /** The server's private rules. */
  readonly filter: Filter;
  readonly host: TunnelHost;
  readonly variables: Variables;
  readonly dispatcher: Dispatcher;
  readonly maxConditionBytes: number;
  readonly log: Logger;
}

/** The answer to a callback, and what the rules said of it; undefined when they could not be asked. */
export interface TakenCallback extends CallbackAnswer {
  readonly decision?: FilterDecision;
}

/** Takes a callback past the rules to where it belongs. Never rejects: faults become answers. */
export type CallbackTaker = (callback: Callback, denial: string, signal: AbortSignal) => Promise<TakenCallback>;

export function createCallbackTaker(options: CallbackTakerOptions): CallbackTaker {
  return async (callback, denial, signal) => {
    let decision: FilterDecision | undefined;
    try {
      const decided = await decide(options, callback, signal);
      decision = decided.decision;
      return { ...(await answer(options, callback, decided, denial, signal)), decision };
    } catch (thrown) {
      const error = toBrokerError(thrown);
      if (error.code === "INTERNAL") options.log.error("callback failed", { error: error.cause ?? error });
      const retryAfter: Record<string, string> = {};
      if (error.retryAfterMs !== undefined) retryAfter["retry-after"] = String(Math.ceil(error.retryAfterMs / 1_000));
      return { ...json(error.status, error.toProblem(), retryAfter), ...(decision && { decision }) };
    }
  };
}

interface Decided {
  readonly decision: FilterDecision;
  readonly body: Buffer | Readable;
}

async function answer(
  options: CallbackTakerOptions,
  callback: Callback,
  { decision, body }: Decided,
  denial: string,
  signal: AbortSignal,
): Promise<CallbackAnswer> {
  if (decision.kind !== "allowed") return json(401, denialBody(denial, callback.url, decision));
  const { rule, target } = decision;
  if (rule.origin !== undefined) {
    const resolved = resolveTarget(rule, target, options.variables);
    return callOrigin(options.dispatcher, resolved, { ...callback, body }, signal);
  }
  return options.host.answerCallback({
    connectionId: callback.connectionId,
    method: callback.method,
    path: target.url,
    headers: flatHeaders(callback.headers),
    body: Buffer.isBuffer(body) ? Readable.from(body.length > 0 ? [body] : []) : body,
    signal,
  });
}

async function decide(
  { filter, maxConditionBytes }: CallbackTakerOptions,
  callback: Callback,
  signal: AbortSignal,
): Promise<Decided> {
  const { method, url, headers, body } = callback;
  const decision = filter.decide({ method, url, headers, ...(Buffer.isBuffer(body) && { body }) });
  if (decision.kind !== "needs-body" || Buffer.isBuffer(body)) return { decision, body };
  const bytes = await readBounded(body, maxConditionBytes, signal);
  return { decision: filter.decide({ method, url, headers, body: bytes }), body: bytes };
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): CallbackAnswer {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(body),
  };
}
