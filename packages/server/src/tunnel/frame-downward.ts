import { Readable } from "node:stream";
import { BrokerError } from "@tidewaiter/runtime";
import {
  type BodyFrame,
  encodeBodyFrame,
  formatRequestHead,
  INLINE_BODY_BYTES,
  readBounded,
  toStreamHead,
} from "@tidewaiter/tunnel";
import { type ConnectedClient, openSocket } from "./client-directory.ts";
import type { DownRequest } from "./downward.ts";
import type { ExchangeAnswer, Exchanges } from "./exchanges.ts";
import type { HeldBodies } from "./held-bodies.ts";
import type { TunnelConnection } from "./tunnel-connection.ts";

/** Sends requests down to clients of ours: small ones as one frame, large bodies fetched by the client over HTTP. */
export interface FrameDownward {
  send(client: ConnectedClient, request: DownRequest): Promise<ExchangeAnswer>;
  onFrame(client: ConnectedClient, frame: BodyFrame): void;
}

export function createFrameDownward(exchanges: Exchanges, nextId: () => number, bodies: HeldBodies): FrameDownward {
  async function exchange(
    id: number,
    client: ConnectedClient,
    connection: TunnelConnection,
    frame: Buffer,
    request: DownRequest,
  ): Promise<ExchangeAnswer> {
    const key = String(id);
    const waiting = exchanges.wait(key, client, request);
    try {
      connection.sendFrame(frame);
      return await waiting;
    } catch (error) {
      // The other end would work on for nobody.
      if (connection.isOpen) connection.sendFrame(encodeBodyFrame("cancel", id));
      throw error;
    }
  }

  function answer(client: ConnectedClient, { kind, id, head, body }: BodyFrame): void {
    const key = String(id);
    if (kind !== "response" || exchanges.clientOf(key) !== client) return;
    try {
      exchanges.answer(key, { head: toStreamHead(head), body });
    } catch (error) {
      exchanges.fail(key, error);
    }
  }

  return {
    async send(client, request) {
      const inline = await inlineBody(request);
      const connection = openSocket(client);
      if (!connection) throw new BrokerError("EXCHANGE_LOST", "the broker client went away");
      const id = nextId();
      const flowing = inline === undefined ? toStream(request.body) : undefined;
      const frame = encodeBodyFrame("request", id, formatRequestHead(request, flowing !== undefined), inline);
      if (!flowing) return exchange(id, client, connection, frame, request);
      bodies.hold(String(id), client.tokenHash, flowing);
      try {
        return await exchange(id, client, connection, frame, request);
      } finally {
        // A client that refused the request never came for the body.
        bodies.drop(String(id));
      }
    },
    onFrame: answer,
  };
}

/** The body when it is small enough for a frame; empty bytes when there is none; undefined when it has to flow. */
async function inlineBody({ body, headers, signal }: DownRequest): Promise<Uint8Array | undefined> {
  if (body === undefined) return new Uint8Array(0);
  if (!(body instanceof Readable)) return body.length <= INLINE_BODY_BYTES ? body : undefined;
  const length = Number(headers["content-length"] ?? Number.NaN);
  return length <= INLINE_BODY_BYTES ? readBounded(body, INLINE_BODY_BYTES, signal) : undefined;
}

function toStream(body: DownRequest["body"]): Readable | undefined {
  return body === undefined || body instanceof Readable ? body : Readable.from([body], { objectMode: false });
}
