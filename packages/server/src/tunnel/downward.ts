import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { type BrotliOptions, brotliDecompress, gunzip, inflate, type ZlibOptions } from "node:zlib";
import { BrokerError } from "@tidewaiter/runtime";
import {
  createPendingAnswers,
  type ExchangeRequest,
  formatRequest,
  type PendingAnswers,
  POST_STREAMS,
  parseResponse,
  readBounded,
} from "@tidewaiter/tunnel";
import { type ConnectedClient, openSocket } from "./client-directory.ts";
import type { ExchangeAnswer, Exchanges } from "./exchanges.ts";
import type { TunnelSettings } from "./settings.ts";
import type { TunnelConnection } from "./tunnel-connection.ts";

/** A request for a chosen client. */
export interface DownRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Uint8Array | Readable | undefined;
  readonly requestId: string;
  /** The caller wants the answer as an acknowledgement, not by POST. */
  readonly wantsAck: boolean;
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Sends requests down to clients that speak the vendor's protocol. */
export interface Downward {
  send(client: ConnectedClient, request: DownRequest): Promise<ExchangeAnswer>;
  service(client: ConnectedClient, url: string, signal: AbortSignal): Promise<ExchangeAnswer>;
  onAck(connection: TunnelConnection, id: number, args: readonly unknown[]): void;
  onSocketClosed(connection: TunnelConnection): void;
}

export function createDownward(exchanges: Exchanges, settings: TunnelSettings, newStreamingId: () => string): Downward {
  const acks = new Map<TunnelConnection, PendingAnswers<number, readonly unknown[]>>();
  const acksOf = (connection: TunnelConnection): PendingAnswers<number, readonly unknown[]> => {
    const known = acks.get(connection) ?? createPendingAnswers(settings.TIDEWAITER_MAX_EXCHANGES);
    acks.set(connection, known);
    return known;
  };

  async function askForAck(
    client: ConnectedClient,
    event: string,
    message: ExchangeRequest,
    request: Wait,
  ): Promise<ExchangeAnswer> {
    const connection = socketOf(client);
    const id = connection.nextAckId();
    const waiting = acksOf(connection).wait(id, request);
    connection.sendEvent(event, [formatRequest(message)], id);
    const { body, ...head } = parseResponse(await waiting);
    return { head, body };
  }

  return {
    async send(client, request) {
      const body = await inflated(request, settings.TIDEWAITER_MAX_MESSAGE_BODY_BYTES);
      const { url, method, headers, requestId } = request;
      const message = { url, method, headers, requestId, ...(body && { body }), streamingId: "" };
      if (request.wantsAck) return askForAck(client, "request", message, request);
      const streamingId = newStreamingId();
      const connection = socketOf(client);
      const answer = exchanges.wait(streamingId, client, request);
      connection.sendEvent("request", [formatRequest({ ...message, streamingId })]);
      return answer;
    },
    service(client, url, signal) {
      const message = { url, method: "GET", headers: {}, requestId: randomUUID(), streamingId: "" };
      return askForAck(client, "service", message, { signal, deadlineMs: settings.TIDEWAITER_EXCHANGE_TIMEOUT_MS });
    },
    onAck: (connection, id, args) => void acks.get(connection)?.resolve(id, args),
    onSocketClosed(connection) {
      acks.get(connection)?.rejectAll(new BrokerError("EXCHANGE_LOST", "the broker client went away"));
      acks.delete(connection);
    },
  };
}

type Wait = Pick<DownRequest, "deadlineMs" | "signal">;

/** Clients of before the POST path answer by `chunk` events or not at all; they are asked for an acknowledgement. */
export function needsAck(client: ConnectedClient): boolean {
  return !client.capabilities.has(POST_STREAMS);
}

function socketOf(client: ConnectedClient): TunnelConnection {
  const connection = openSocket(client);
  if (!connection) throw new BrokerError("EXCHANGE_LOST", "the broker client went away");
  return connection;
}

/** The vendor's client takes bodies inflated: it drops the header that says otherwise (protocol 1.8). */
async function inflated(request: DownRequest, maxBytes: number): Promise<Buffer | undefined> {
  const body = await wholeBody(request, maxBytes);
  const encoding = String(request.headers["content-encoding"] ?? "identity").toLowerCase();
  const unpack = INFLATERS[encoding];
  if (!body || !unpack) return body;
  try {
    return await unpack(body, { maxOutputLength: maxBytes });
  } catch (error) {
    throw new BrokerError("INPUT_INVALID", `the body is not ${encoding}, or too large inflated`, { cause: error });
  }
}

const INFLATERS: Readonly<Record<string, (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>> = {
  gzip: promisify<Buffer, ZlibOptions, Buffer>(gunzip),
  deflate: promisify<Buffer, ZlibOptions, Buffer>(inflate),
  br: promisify<Buffer, BrotliOptions, Buffer>(brotliDecompress),
};

async function wholeBody({ body, signal }: DownRequest, maxBytes: number): Promise<Buffer | undefined> {
  if (body === undefined) return undefined;
  if (body instanceof Readable) {
    const bytes = await readBounded(body, maxBytes, signal);
    return bytes.length > 0 ? bytes : undefined;
  }
  if (body.length > maxBytes) throw new BrokerError("PAYLOAD_TOO_LARGE", `the body is larger than ${maxBytes} bytes`);
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}
