import { BrokerError } from "@tidewaiter/runtime";
import { binary, escapeRecord } from "./ejson.ts";
import { endToEndHeaders } from "./headers.ts";
import { exchangeId, isUuid } from "./request-id.ts";

/** Longest body, in characters, that may travel as an acknowledgement (protocol 1.7a). */
export const MAX_ACK_BODY_LENGTH = 20_971_520;
const MAX_URL_LENGTH = 65_536;

/** A request as it stands in a `request` or `service` event (protocol 1.6). */
export interface ExchangeRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body?: Buffer;
  /** Empty when the answer is wanted as an acknowledgement. */
  readonly streamingId: string;
  readonly requestId: string;
}

/** A response as it stands in an acknowledgement. */
export interface ExchangeResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
  readonly errorType?: string;
}

/** The head of a request frame between ends of ours: short names, since it travels with every exchange. */
export function formatRequestHead(
  request: Omit<ExchangeRequest, "body" | "streamingId">,
  isStreamed: boolean,
): unknown {
  const { method, url, headers, requestId } = request;
  return { m: method, u: url, h: headers, r: requestId, ...(isStreamed && { s: 1 }) };
}

/** @throws {BrokerError} FRAME_INVALID. */
export function parseRequestHead(head: unknown): Omit<ExchangeRequest, "body"> & { readonly isStreamed: boolean } {
  const { m: method, u: url, h: headers, r: requestId, s } = asRecord(head);
  return { ...parseRequest({ method, url, headers, requestId }), isStreamed: s === 1 };
}

export function formatRequest(request: ExchangeRequest): unknown {
  return {
    url: request.url,
    method: request.method,
    ...(request.body && { body: binary(request.body) }),
    headers: escapeRecord(request.headers),
    streamingID: request.streamingId,
    requestId: request.requestId,
  };
}

/** @throws {BrokerError} FRAME_INVALID when a peer sends something that is no request. */
export function parseRequest(value: unknown): ExchangeRequest {
  const { url, method, headers, body, streamingID, requestId } = asRecord(value);
  if (typeof url !== "string" || url.length > MAX_URL_LENGTH) throw invalid("a request without url");
  if (method !== undefined && (typeof method !== "string" || !/^[A-Za-z]{1,20}$/.test(method))) {
    throw invalid("a request with a malformed method");
  }
  const kept = endToEndHeaders(headers === undefined ? {} : asRecord(headers));
  return {
    url,
    method: (method ?? "GET").toUpperCase(),
    headers: kept,
    body: parseRequestBody(body),
    streamingId: typeof streamingID === "string" ? streamingID.slice(0, 128) : "",
    requestId: typeof requestId === "string" && isUuid(requestId) ? requestId : exchangeId(kept),
  };
}

function parseRequestBody(body: unknown): Buffer | undefined {
  if (body === undefined || body === null) return undefined;
  return toBytes(body);
}

/** Bytes stay bytes, text is UTF-8, anything else is JSON. */
function toBytes(body: unknown): Buffer {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === "string" ? body : (JSON.stringify(body) ?? ""));
}

/** The body travels as text: bytes that are no UTF-8 do not survive this path. */
export function formatResponse(response: ExchangeResponse): unknown {
  const text = response.body.toString("utf8");
  if (text.length > MAX_ACK_BODY_LENGTH) return bodyTooLarge(text.length);
  return {
    status: response.status,
    body: text,
    headers: escapeRecord({ ...response.headers, "x-broker-ws-response": "true" }),
    ...(response.errorType && { errorType: response.errorType }),
  };
}

/** What stands in the place of a body that is too long for an acknowledgement, as the peer words it. */
export function bodyTooLarge(size: number): unknown {
  const message = `body size of ${size} is greater than max allowed of ${MAX_ACK_BODY_LENGTH} bytes`;
  return {
    status: 502,
    errorType: "BODY_TOO_LARGE",
    originalBodySize: size,
    body: { code: "BODY_TOO_LARGE", message },
    headers: { "x-broker-ws-response": "true" },
  };
}

/** @throws {BrokerError} FRAME_INVALID when the acknowledgement holds no response. */
export function parseResponse(args: readonly unknown[]): ExchangeResponse {
  const { status, headers, body, errorType } = asRecord(args[0]);
  const kept = endToEndHeaders(headers === undefined || headers === null ? {} : asRecord(headers));
  const isJson = body !== null && typeof body === "object" && !Buffer.isBuffer(body);
  if (isJson && kept["content-type"] === undefined) kept["content-type"] = "application/json; charset=utf-8";
  delete kept["content-length"];
  return {
    status: parseStatus(status),
    headers: kept,
    body: toBytes(body),
    ...(typeof errorType === "string" && { errorType }),
  };
}

/** @throws {BrokerError} FRAME_INVALID for what is no final HTTP status. */
export function parseStatus(status: unknown): number {
  if (typeof status === "number" && Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw invalid("a response without a valid status");
}

function asRecord(value: unknown): Record<string, unknown> {
  if (value !== null && typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid("no object where one is due");
}

function invalid(what: string): BrokerError {
  return new BrokerError("FRAME_INVALID", `the other end of the tunnel sent ${what}`);
}
