import type { Readable } from "node:stream";
import { BrokerError, systemCode } from "@tidewaiter/runtime";
import {
  type ExchangeRequest,
  endToEndHeaders,
  FORWARDED_AUTHORIZATION,
  INLINE_BODY_BYTES,
  readBounded,
  toStreamHead,
} from "@tidewaiter/tunnel";
import type { Dispatcher } from "undici";
import { fetchBody } from "./fetch-body.ts";
import type { Line } from "./line.ts";
import type { ServerAddresses } from "./server-address.ts";

/** A callback of the agent that a public rule let pass. */
export interface Callback {
  readonly method: string;
  /** Normalised path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** In memory when a rule looked into it. */
  readonly body: Buffer | Readable | undefined;
  readonly requestId: string;
}

export interface CallbackAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer | Readable;
}

export interface CallbackSenderOptions {
  readonly addresses: ServerAddresses;
  readonly dispatcher: Dispatcher;
  readonly readyLine: () => Line | undefined;
  readonly exchangeMs: number;
  readonly maxMessageBytes: number;
}

const RETRY_AFTER_MS = 5_000;

/**
 * Takes callbacks to the server: to ours as a frame or, when large, as a stream over HTTP; as one message to the vendor's.
 *
 * @throws {BrokerError} TUNNEL_DOWN at once when the tunnel is down, EXCHANGE_LOST, TIMEOUT, PAYLOAD_TOO_LARGE.
 */
export type CallbackSender = (callback: Callback, signal: AbortSignal) => Promise<CallbackAnswer>;

export function createCallbackSender(options: CallbackSenderOptions): CallbackSender {
  return async (callback, signal) => {
    const line = options.readyLine();
    if (!line) throw tunnelDown();
    if (!line.isOwn) return ask(options, line, callback, signal);
    return isSmall(callback) ? askFrame(options, line, callback, signal) : stream(options, callback, signal);
  };
}

/** Known to fit into a frame: one message instead of an HTTP exchange. */
function isSmall({ body, headers }: Callback): boolean {
  if (body === undefined) return true;
  const length = Buffer.isBuffer(body) ? body.length : Number(headers["content-length"] ?? Number.NaN);
  return length <= INLINE_BODY_BYTES;
}

async function askFrame(
  { addresses, dispatcher, exchangeMs }: CallbackSenderOptions,
  line: Line,
  callback: Callback,
  signal: AbortSignal,
): Promise<CallbackAnswer> {
  const body = await wholeBody(callback.body, INLINE_BODY_BYTES, signal);
  const { head, body: inline } = await line.askFrame({ ...callback, body }, { deadlineMs: exchangeMs, signal });
  const { status, headers } = toStreamHead(head);
  const key = bodyKey(head);
  return { status, headers, body: key === undefined ? inline : await fetchBody(dispatcher, addresses, key, signal) };
}

/** The name of a body that is fetched, when the answer was too large for a frame. */
function bodyKey(head: unknown): string | undefined {
  const { k } = head as { k?: unknown };
  return typeof k === "string" ? k : undefined;
}

async function ask(
  options: CallbackSenderOptions,
  line: Line,
  callback: Callback,
  signal: AbortSignal,
): Promise<CallbackAnswer> {
  const { url, method, requestId } = callback;
  const body = await wholeBody(callback.body, options.maxMessageBytes, signal);
  const headers: Record<string, string | string[]> = { ...callback.headers, "snyk-request-id": requestId };
  const message: ExchangeRequest = {
    url,
    method,
    requestId,
    headers,
    streamingId: "",
    ...(body.length > 0 && { body }),
  };
  return line.ask(message, { deadlineMs: options.exchangeMs, signal });
}

async function wholeBody(body: Callback["body"], maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  if (body === undefined) return Buffer.alloc(0);
  return Buffer.isBuffer(body) ? body : readBounded(body, maxBytes, signal);
}

async function stream(
  options: CallbackSenderOptions,
  callback: Callback,
  signal: AbortSignal,
): Promise<CallbackAnswer> {
  const { addresses, dispatcher, exchangeMs } = options;
  const { origin, pathname, search } = addresses.callback(callback.url);
  const { authorization, "content-length": length, ...headers } = callback.headers;
  try {
    const answer = await dispatcher.request({
      origin,
      path: pathname + search,
      method: callback.method as Dispatcher.HttpMethod,
      headers: {
        ...addresses.headers("own"),
        ...headers,
        ...(callback.body !== undefined && length !== undefined && { "content-length": length }),
        ...(authorization !== undefined && { [FORWARDED_AUTHORIZATION]: authorization }),
        "snyk-request-id": callback.requestId,
      },
      body: callback.body ?? null,
      headersTimeout: exchangeMs,
      signal,
    });
    return { status: answer.statusCode, headers: endToEndHeaders(answer.headers), body: answer.body };
  } catch (error) {
    throw translate(error, signal);
  }
}

function translate(error: unknown, signal: AbortSignal): unknown {
  signal.throwIfAborted();
  const code = systemCode(error);
  if (code === "UND_ERR_HEADERS_TIMEOUT")
    return new BrokerError("TIMEOUT", "the server did not answer the callback in time", { cause: error });
  if (code === "ECONNREFUSED" || code === "UND_ERR_CONNECT_TIMEOUT") return tunnelDown(error);
  return new BrokerError("EXCHANGE_LOST", "the tunnel broke while the callback was on its way", { cause: error });
}

function tunnelDown(cause?: unknown): BrokerError {
  return new BrokerError("TUNNEL_DOWN", "the tunnel to the server is down", { cause, retryAfterMs: RETRY_AFTER_MS });
}
