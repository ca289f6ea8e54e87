import { Readable } from "node:stream";
import { BrokerError, type Logger, retry } from "@tidewaiter/runtime";
import type { Authorizer, Grant } from "../auth/authorizer.ts";
import { type Asked, answerError } from "../http/answer-error.ts";
import type { HostGate } from "../http/host-gate.ts";
import { type Quota, readQuota } from "../http/quota.ts";
import { peekBody } from "../http/read-body.ts";
import type { HttpAnswer, Transport } from "../http/transport.ts";
import { redirectTarget, type UrlPolicy } from "../http/url-policy.ts";
import type { RegistryLimits } from "../limits.ts";

/** One call to the registry, before authority is added. */
export interface RegistryCall {
  readonly method: "GET" | "HEAD";
  readonly url: URL;
  /** What scopes are remembered for. */
  readonly target: string;
  readonly asked: Asked;
  readonly headers?: Readonly<Record<string, string>>;
  /** A way to another origin is answer enough: the registry gives it only to those who may have the bytes. */
  readonly stopsAtRedirect?: boolean;
  /** An answer that says "not changed" (304) is one as well. */
  readonly isConditional?: boolean;
  readonly signal?: AbortSignal;
}

export interface SessionContext {
  readonly transport: Transport;
  readonly authorizer: Authorizer;
  readonly gate: HostGate;
  readonly policy: UrlPolicy;
  readonly limits: RegistryLimits;
  readonly log: Logger;
  readonly scrub: (text: string) => string;
}

/** Calls with authority, redirects, pauses and retries. */
export interface Session {
  /** A successful answer, its body unread. @throws {BrokerError} what the answer or the network means. */
  open(call: RegistryCall): Promise<HttpAnswer>;
  /** As `open`, once: for callers that do their own retrying, or hold a slot of their own. */
  openOnce(call: RegistryCall): Promise<HttpAnswer>;
  /** The last quota that the registry told of. */
  quota(): Quota | undefined;
}

const MAX_AUTH_ROUNDS = 4;
const EXPIRED = /expired|invalid_token/i;

export function createSession(context: SessionContext): Session {
  const { gate, limits, log } = context;
  let quota: Quota | undefined;

  const openOnce = async (call: RegistryCall): Promise<HttpAnswer> => {
    const answer = await authorized(call, context);
    quota = readQuota(answer) ?? quota;
    if (answer.status < 300 || (call.stopsAtRedirect && isRedirect(answer.status))) return answer;
    if (answer.status === 304 && call.isConditional) return answer;
    const error = await answerError(answer, call.asked, limits.maxErrorBytes, context.scrub);
    if (error.isRetryable && error.retryAfterMs) gate.pause(call.url.host, error.retryAfterMs);
    throw error;
  };

  return {
    open: (call) =>
      retry(() => gate.call(call.url.host, () => openOnce(call), call.signal), {
        policy: limits.retry,
        signal: call.signal,
        onRetry: (error, attempt, delayMs) =>
          log.debug("registry call tried again", {
            host: call.url.host,
            attempt,
            delayMs,
            code: error instanceof BrokerError ? error.code : undefined,
          }),
      }),
    openOnce,
    quota: () => quota,
  };
}

/** The answer after as many rounds of authority as make sense; a refusal comes back as it is. */
async function authorized(call: RegistryCall, context: SessionContext): Promise<HttpAnswer> {
  const { authorizer } = context;
  let grant = await authorizer.grant(call.target, call.signal);
  let hasRenewed = false;
  for (let round = 1; ; round += 1) {
    const answer = await follow(call, grant, context);
    const isOurs = answer.url.origin === call.url.origin;
    if (!isOurs || (answer.status !== 401 && answer.status !== 403) || round >= MAX_AUTH_ROUNDS) return answer;
    const text = await peekBody(answer, context.limits.maxErrorBytes);
    if (answer.status === 401) {
      const next = await authorizer.learn(call.target, answer, grant, call.signal);
      if (next) {
        grant = next;
        continue;
      }
    }
    // ECR answers 403 without a challenge when its twelve hours are over.
    const isExpired = EXPIRED.test(text.toString("utf8"));
    if (hasRenewed || !isExpired || !authorizer.forget(grant)) return { ...answer, body: Readable.from([text]) };
    hasRenewed = true;
    grant = await authorizer.grant(call.target, call.signal);
  }
}

/** Redirects by hand: authority and our own headers stay on the origin that they were meant for (reference, 3.5). */
async function follow(call: RegistryCall, grant: Grant, context: SessionContext): Promise<HttpAnswer> {
  const { transport, policy, limits } = context;
  const { method, signal } = call;
  const headers = { ...call.headers, ...(grant.header && { authorization: grant.header }) };
  let answer = await transport.send({ method, url: call.url, headers, signal });
  for (let hop = 0; isRedirect(answer.status); hop += 1) {
    await answer.discard();
    if (hop >= limits.maxRedirects) throw loop(call.url.host);
    const url = redirectTarget(answer.url, answer.header("location"), policy);
    const isSameOrigin = url.origin === call.url.origin;
    if (call.stopsAtRedirect && !isSameOrigin) return answer;
    answer = await transport.send({ method, url, headers: isSameOrigin ? headers : foreignHeaders(headers), signal });
  }
  if (answer.url.origin !== call.url.origin && answer.status >= 400) throw await storageError(answer, call, context);
  return answer;
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/** Only what describes the bytes that are wanted goes to another origin. */
function foreignHeaders({ accept, range }: Readonly<Record<string, string>>): Record<string, string> {
  return { ...(accept && { accept }), ...(range && { range }) };
}

function loop(host: string): BrokerError {
  return new BrokerError("REGISTRY_PROTOCOL", `${host} redirects without end`);
}

/** A storage host that refuses: its signed address may have run out, and the registry makes a new one. Its challenge is not ours to answer. */
async function storageError(answer: HttpAnswer, call: RegistryCall, context: SessionContext): Promise<BrokerError> {
  if (answer.status === 416) return new BrokerError("DIGEST_MISMATCH", `${call.asked.name}: the range is not there`);
  const error = await answerError(answer, call.asked, context.limits.maxErrorBytes, context.scrub);
  if (answer.status !== 401 && answer.status !== 403 && answer.status !== 400) return error;
  return new BrokerError("REGISTRY_UNAVAILABLE", error.message, {
    likely: "the storage host refused the address that the registry signed, or a firewall answers in its place",
    action: `allow calls from here to ${answer.url.host}, and check the clocks of registry and storage`,
  });
}
