import { Readable } from "node:stream";
import type { Logger } from "@tidewaiter/runtime";
import {
  type ExchangeResponse,
  formatResponse,
  MAX_ACK_BODY_LENGTH,
  parseRequest,
  readBounded,
  TUNNEL_DENIAL,
} from "@tidewaiter/tunnel";
import type { CallbackTaker } from "./callback-taker.ts";
import type { ConnectedClient } from "./client-directory.ts";
import type { CallbackAnswer } from "./hub.ts";
import type { TunnelConnection } from "./tunnel-connection.ts";

/** Callbacks that come as messages: each is acknowledged, whatever happens. */
export interface Upward {
  readonly running: number;
  onRequest(client: ConnectedClient, connection: TunnelConnection, request: unknown, ackId: number | undefined): void;
}

export interface UpwardOptions {
  readonly take: CallbackTaker;
  readonly deadlineMs: number;
  readonly maxRunning: number;
  readonly log: Logger;
}

export function createUpward({ take, deadlineMs, maxRunning, log }: UpwardOptions): Upward {
  let running = 0;
  const answer = async (client: ConnectedClient, value: unknown): Promise<ExchangeResponse> => {
    const request = parseRequest(value);
    if (running > maxRunning) return busy();
    const { connectionId, token } = client;
    const callback = { ...request, connectionId, token, body: request.body ?? Buffer.alloc(0) };
    return toResponse(await take(callback, TUNNEL_DENIAL, AbortSignal.timeout(deadlineMs)), request.requestId);
  };
  return {
    get running() {
      return running;
    },
    onRequest(client, connection, value, ackId) {
      if (ackId === undefined) return;
      running += 1;
      answer(client, value)
        .then((response) => connection.sendAck(ackId, [formatResponse(response)]))
        .catch((error: unknown) => {
          log.warn("a callback could not be answered", { error });
          if (connection.isOpen) connection.sendAck(ackId, [formatResponse(broken())]);
        })
        .finally(() => {
          running -= 1;
        });
    },
  };
}

async function toResponse(
  { status, headers = {}, body = "" }: CallbackAnswer,
  requestId: string,
): Promise<ExchangeResponse> {
  const bytes = body instanceof Readable ? await readBounded(body, MAX_ACK_BODY_LENGTH) : Buffer.from(body);
  return { status, headers: { ...headers, "snyk-request-id": requestId }, body: bytes };
}

function busy(): ExchangeResponse {
  return { status: 503, headers: { "retry-after": "1" }, body: Buffer.from('{"code":"UNAVAILABLE"}') };
}

function broken(): ExchangeResponse {
  return { status: 502, headers: {}, body: Buffer.from('{"code":"EXCHANGE_LOST"}') };
}
