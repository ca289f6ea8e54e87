import { type Clock, toBrokerError } from "@tidewaiter/runtime";
import { binary, encodeBodyFrame, INLINE_BODY_BYTES, MAX_ACK_BODY_LENGTH, readBounded } from "@tidewaiter/tunnel";
import type { Dispatcher } from "undici";
import type { ForwardedResponse } from "./forwarder.ts";
import type { Line } from "./line.ts";
import { problemResponse, toLost } from "./problem-response.ts";
import { postResponse } from "./response-post.ts";
import { readAhead } from "./response-reader.ts";
import type { ServerAddresses, ServerKind } from "./server-address.ts";

/** How long a response may trickle before it is sent as a stream. */
const PATIENCE_MS = 10;

export interface ResponsePathOptions {
  readonly addresses: ServerAddresses;
  readonly dispatcher: Dispatcher;
  /** A connection that stands, for answers whose own has gone. */
  readonly anyLine: () => Line | undefined;
  readonly clock: Clock;
}

/** The ways that a response takes to the server (protocol 1.7), and the one between two ends of ours. */
export interface ResponsePaths {
  acknowledge(line: Line, ackId: number, response: ForwardedResponse, signal: AbortSignal): Promise<void>;
  post(
    line: Line,
    key: string,
    kind: ServerKind,
    requestId: string,
    response: ForwardedResponse,
    signal: AbortSignal,
  ): Promise<void>;
  sendChunks(line: Line, id: string, response: ForwardedResponse): Promise<void>;
  answerFrame(
    line: Line,
    id: number,
    requestId: string,
    response: ForwardedResponse,
    signal: AbortSignal,
  ): Promise<void>;
}

export function createResponsePaths({ addresses, dispatcher, anyLine, clock }: ResponsePathOptions): ResponsePaths {
  /** An acknowledgement is sent whatever happens to the body: its caller has no other way to learn of the end. */
  async function acknowledge(
    line: Line,
    ackId: number,
    response: ForwardedResponse,
    signal: AbortSignal,
  ): Promise<void> {
    const { body, length, ...head } = response;
    try {
      const bytes = Buffer.isBuffer(body) ? body : await readBounded(body, MAX_ACK_BODY_LENGTH, signal);
      line.acknowledge(ackId, { ...head, body: bytes });
    } catch (error) {
      if (toBrokerError(error).code === "PAYLOAD_TOO_LARGE") line.refuseAck(ackId, length ?? MAX_ACK_BODY_LENGTH + 1);
      else line.acknowledge(ackId, problemResponse(toLost(error)));
    }
  }

  async function post(
    line: Line,
    key: string,
    kind: ServerKind,
    requestId: string,
    response: ForwardedResponse,
    signal: AbortSignal,
  ): Promise<void> {
    const url = addresses.responseData(kind, key, line.role, line.serverId);
    const headers = { ...addresses.headers(kind), "snyk-request-id": requestId };
    await postResponse(dispatcher, response, { url, headers, signal }, clock);
  }

  /** For servers of before the POST path (protocol 1.7c). */
  async function sendChunks(line: Line, id: string, { body, ...head }: ForwardedResponse): Promise<void> {
    line.sendEvent("chunk", [id, "", false, { status: head.status, headers: head.headers }]);
    try {
      for await (const chunk of Buffer.isBuffer(body) ? [body] : body) {
        await line.sendEventFlushed("chunk", [id, binary(chunk as Buffer), false]);
      }
      line.sendEvent("chunk", [id, "", true]);
    } catch (error) {
      line.sendEvent("chunk", [id, toBrokerError(error).message, true, { status: 500 }]);
    }
  }

  async function answerFrame(
    line: Line,
    id: number,
    requestId: string,
    response: ForwardedResponse,
    signal: AbortSignal,
  ): Promise<void> {
    const { body, length, ...head } = response;
    const send = (bytes: Buffer): void =>
      (line.isReady ? line : anyLine())?.sendFrame(encodeBodyFrame("response", id, head, bytes));
    if (Buffer.isBuffer(body)) return send(body);
    if (length !== undefined && length > INLINE_BODY_BYTES)
      return post(line, String(id), "own", requestId, response, signal);
    const ahead = await readAhead(body, INLINE_BODY_BYTES, PATIENCE_MS);
    if (ahead.isWhole) return send(ahead.bytes);
    await post(line, String(id), "own", requestId, { ...response, body: ahead.rest, first: ahead.first }, signal);
  }

  return { acknowledge, post, sendChunks, answerFrame };
}
