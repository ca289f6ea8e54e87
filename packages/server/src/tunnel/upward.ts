import { Readable } from "node:stream";
import { type Logger, toBrokerError } from "@tidewaiter/runtime";
import {
  denialBody,
  type ExchangeRequest,
  type ExchangeResponse,
  type Filter,
  formatResponse,
  parseRequest,
  TUNNEL_DENIAL,
} from "@tidewaiter/tunnel";
import type { ConnectedClient } from "./client-directory.ts";
import type { CallbackAnswer, CallbackRequest } from "./hub.ts";
import { flatHeaders } from "./request-headers.ts";
import type { TunnelConnection } from "./tunnel-connection.ts";

/** Takes callbacks that come as messages and acknowledges each, whatever happens. */
export interface Upward {
  onRequest(client: ConnectedClient, connection: TunnelConnection, request: unknown, ackId: number | undefined): void;
}

export interface UpwardOptions {
  readonly filter: Filter;
  readonly answer: (request: CallbackRequest, origin: string | undefined) => Promise<CallbackAnswer>;
  readonly deadlineMs: number;
  readonly log: Logger;
}

export function createUpward({ filter, answer, deadlineMs, log }: UpwardOptions): Upward {
  return {
    onRequest(client, connection, value, ackId) {
      if (ackId === undefined) return;
      respond(client, value)
        .catch((error: unknown) => errorResponse(error, log))
        .then((response) => connection.sendAck(ackId, [formatResponse(response)]))
        .catch((error: unknown) => log.warn("a callback could not be acknowledged", { error }));
    },
  };

  async function respond(client: ConnectedClient, value: unknown): Promise<ExchangeResponse> {
    const request = parseRequest(value);
    const decision = filter.decide({ ...request, body: request.body ?? Buffer.alloc(0) });
    if (decision.kind !== "allowed")
      return json(401, denialBody(TUNNEL_DENIAL, request.url, decision), request.requestId);
    const callback = {
      connectionId: client.connectionId,
      method: request.method,
      path: decision.target.url,
      headers: flatHeaders(request.headers),
      body: Readable.from(request.body ? [request.body] : []),
      signal: AbortSignal.timeout(deadlineMs),
    };
    return toResponse(await answer(callback, decision.rule.origin), request);
  }
}

function toResponse({ status, headers = {}, body = "" }: CallbackAnswer, request: ExchangeRequest): ExchangeResponse {
  return {
    status,
    headers: { ...headers, "snyk-request-id": request.requestId },
    body: typeof body === "string" ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength),
  };
}

function errorResponse(thrown: unknown, log: Logger): ExchangeResponse {
  const error = toBrokerError(thrown);
  if (error.code === "INTERNAL") log.error("callback failed", { error: error.cause ?? error });
  return json(error.status, error.toProblem(), undefined);
}

function json(status: number, body: unknown, requestId: string | undefined): ExchangeResponse {
  const headers = {
    "content-type": "application/json; charset=utf-8",
    ...(requestId && { "snyk-request-id": requestId }),
  };
  return { status, headers, body: Buffer.from(JSON.stringify(body)) };
}
