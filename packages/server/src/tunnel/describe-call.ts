import { toBrokerError } from "@tidewaiter/runtime";
import type { FilterDecision } from "@tidewaiter/tunnel";
import type { Callback } from "./callback-taker.ts";
import type { ConnectedClient } from "./client-directory.ts";
import type { DownRequest } from "./downward.ts";
import type { ExchangeAnswer } from "./exchanges.ts";
import type { CallbackAnswer, TunnelCall } from "./hub.ts";

/** Its body is longer when it is something else that says "blocked". */
const MAX_DENIAL_BYTES = 65_536;

/** A request that went down, or had nobody to go to; `ended` is the answer or what was thrown. */
export function describeDown(
  connectionId: string,
  client: ConnectedClient | undefined,
  request: Pick<DownRequest, "method" | "url" | "headers" | "body">,
  durationMs: number,
  ended: { readonly answer: ExchangeAnswer } | { readonly error: unknown },
): TunnelCall {
  const { method, url, headers, body } = request;
  const answer = "answer" in ended ? ended.answer : undefined;
  const error = "error" in ended ? toBrokerError(ended.error) : undefined;
  const isDenied = answer !== undefined && isDenial(answer);
  return {
    connectionId,
    direction: "down",
    method,
    url,
    clientId: client?.clientId,
    filters: client?.filters,
    at: Date.now() - durationMs,
    durationMs,
    status: answer?.head.status ?? error?.status ?? 0,
    code: isDenied ? "FILTER_BLOCKED" : (answer?.head.errorType ?? error?.code),
    isDenied,
    rule: undefined,
    nearest: undefined,
    requestBytes: bytesOf(body, headers),
    responseBytes: answer && bytesOf(answer.body, answer.head.headers),
  };
}

/** A request that the server's own rules did not let down. */
export function describeDenied(
  connectionId: string,
  { method, url }: Pick<DownRequest, "method" | "url">,
  decision: FilterDecision,
): TunnelCall {
  return {
    ...{ connectionId, direction: "down", method, url, clientId: undefined, filters: undefined },
    ...{ at: Date.now(), durationMs: 0, status: 401, code: "FILTER_BLOCKED", isDenied: true },
    ...rulesOf(decision),
    ...{ requestBytes: undefined, responseBytes: undefined },
  };
}

/** A callback that came up, with what the server's private rules said of it. */
export function describeUp(
  { connectionId, method, url, headers, body }: Callback,
  { status, headers: sent = {}, body: answer }: CallbackAnswer,
  decision: FilterDecision | undefined,
  durationMs: number,
): TunnelCall {
  const isDenied = decision?.kind === "denied";
  return {
    ...{ connectionId, direction: "up", method, url, clientId: undefined, filters: undefined },
    ...{ at: Date.now() - durationMs, durationMs, status, isDenied },
    code: isDenied ? "FILTER_BLOCKED" : status >= 400 ? codeOf(answer) : undefined,
    ...rulesOf(decision),
    requestBytes: bytesOf(body, headers),
    responseBytes: bytesOf(answer, sent),
  };
}

function rulesOf(decision: FilterDecision | undefined): Pick<TunnelCall, "rule" | "nearest"> {
  const rule = decision?.kind === "allowed" ? decision.rule : undefined;
  return { rule, nearest: decision?.kind === "denied" ? decision.nearest : undefined };
}

/** Clients of ours say it by a code; the vendor's by the words of its body. */
function isDenial({ head, body }: ExchangeAnswer): boolean {
  if (head.errorType === "FILTER_BLOCKED") return true;
  if (head.status !== 401 || !Buffer.isBuffer(body) || body.length > MAX_DENIAL_BYTES) return false;
  return body.includes('"message":"blocked"');
}

/** Of a problem that this server wrote as an answer. */
function codeOf(body: CallbackAnswer["body"]): string {
  if (typeof body !== "string") return "DOWNSTREAM_UNEXPECTED";
  return /"code":"([A-Z_]{1,64})"/.exec(body)?.[1] ?? "DOWNSTREAM_UNEXPECTED";
}

/** Undefined for what flows without saying how much it is: nothing is counted on the way. */
function bytesOf(body: unknown, headers: Readonly<Record<string, string | string[]>>): number | undefined {
  if (body === undefined || body === "") return 0;
  if (typeof body === "string") return Buffer.byteLength(body);
  if (body instanceof Uint8Array) return body.length;
  const length = Number(headers["content-length"] ?? Number.NaN);
  return Number.isFinite(length) ? length : undefined;
}
