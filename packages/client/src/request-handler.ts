import type { Readable } from "node:stream";
import { BrokerError, type Clock, type Logger, toBrokerError } from "@tidewaiter/runtime";
import {
  type BodyFrame,
  binary,
  decodeBodyFrames,
  type ExchangeRequest,
  encodeBodyFrame,
  INLINE_BODY_BYTES,
  MAX_ACK_BODY_LENGTH,
  parseRequest,
  parseRequestHead,
  RECEIVE_POST_STREAMS,
  readBounded,
} from "@tidewaiter/tunnel";
import type { Dispatcher } from "undici";
import type { ForwardedResponse, Forwarder, IncomingRequest } from "./forwarder.ts";
import type { Line } from "./line.ts";
import { postResponse } from "./response-post.ts";
import { readAhead } from "./response-reader.ts";
import type { ServerAddresses } from "./server-address.ts";

/** How long a response may trickle before it is sent as a stream. */
const PATIENCE_MS = 10;

export interface RequestHandlerOptions {
  readonly forward: Forwarder;
  readonly addresses: ServerAddresses;
  readonly dispatcher: Dispatcher;
  readonly maxExchanges: number;
  readonly maxMessageBytes: number;
  /** A connection that stands, for answers whose own has gone. */
  readonly anyLine: () => Line | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Requests that come down, and the way of each response: acknowledgement, POST, chunks, or a frame between ends of ours. */
export interface RequestHandler {
  readonly running: number;
  onRequest(line: Line, value: unknown, ackId: number | undefined): void;
  onFrame(line: Line, bytes: Buffer): void;
  /** From now on requests are refused; running ones go on. */
  drain(): void;
  abortAll(error: unknown): void;
}

type Respond = (response: ForwardedResponse, signal: AbortSignal) => Promise<void>;

export function createRequestHandler(options: RequestHandlerOptions): RequestHandler {
  const { forward, addresses, dispatcher, clock, log } = options;
  const running = new Map<string, AbortController>();
  let isDraining = false;

  async function run(key: string, request: IncomingRequest, respond: Respond): Promise<void> {
    const controller = new AbortController();
    try {
      if (isDraining || running.size >= options.maxExchanges) {
        const busy = new BrokerError("UNAVAILABLE", "the broker client takes no more requests now", {
          retryAfterMs: 1_000,
        });
        await respond(problemResponse(busy), controller.signal);
        return;
      }
      running.set(key, controller);
      await respond(await forward(request, controller.signal), controller.signal);
    } catch (error) {
      if (controller.signal.aborted) log.debug("an exchange was cancelled", { requestId: request.requestId });
      else log.warn("a response could not be sent", { requestId: request.requestId, error });
    } finally {
      running.delete(key);
    }
  }

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
    kind: "own" | "vendor",
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
        line.sendEvent("chunk", [id, binary(chunk as Buffer), false]);
      }
      line.sendEvent("chunk", [id, "", true]);
    } catch (error) {
      line.sendEvent("chunk", [id, toBrokerError(error).message, true, { status: 500 }]);
    }
  }

  async function answerFrame(
    line: Line,
    frame: BodyFrame,
    requestId: string,
    response: ForwardedResponse,
    signal: AbortSignal,
  ): Promise<void> {
    const { body, length, ...head } = response;
    const send = (bytes: Buffer): void =>
      (line.isReady ? line : options.anyLine())?.sendFrame(encodeBodyFrame("response", frame.id, head, bytes));
    if (Buffer.isBuffer(body)) return send(body);
    if (length !== undefined && length > INLINE_BODY_BYTES)
      return post(line, String(frame.id), "own", requestId, response, signal);
    const ahead = await readAhead(body, INLINE_BODY_BYTES, PATIENCE_MS);
    if (ahead.isWhole) return send(ahead.bytes);
    await post(line, String(frame.id), "own", requestId, { ...response, body: ahead.rest, first: ahead.first }, signal);
  }

  async function onRequestFrame(line: Line, frame: BodyFrame): Promise<void> {
    const { isStreamed, ...head } = parseRequestHead(frame.head);
    const body = frame.body.length > 0 ? frame.body : undefined;
    const openBody = isStreamed ? (signal: AbortSignal) => fetchBody(String(frame.id), signal) : undefined;
    await run(
      frameKey(frame.id),
      { ...head, streamingId: "", body, openBody, isOwn: true },
      async (response, signal) => {
        try {
          await answerFrame(line, frame, head.requestId, response, signal);
        } catch (error) {
          if (signal.aborted) throw error;
          const { body: bytes, ...failed } = problemResponse(toLost(error));
          options.anyLine()?.sendFrame(encodeBodyFrame("response", frame.id, failed, bytes));
          throw error;
        }
      },
    );
  }

  async function fetchBody(key: string, signal: AbortSignal): Promise<Readable> {
    const { origin, pathname } = addresses.requestData(key);
    const answer = await dispatcher.request({
      origin,
      path: pathname,
      method: "GET",
      headers: addresses.headers("own"),
      signal,
    });
    if (answer.statusCode === 200) return answer.body;
    await answer.body.dump();
    throw new BrokerError("EXCHANGE_LOST", "the server no longer has the body of the request");
  }

  return {
    get running() {
      return running.size;
    },
    onRequest(line, value, ackId) {
      const request: ExchangeRequest = parseRequest(value);
      const key = ackId === undefined ? request.streamingId : `ack-${line.role}-${ackId}`;
      const canPost = line.serverTakes(RECEIVE_POST_STREAMS);
      void run(key, request, (response, signal) => {
        if (ackId !== undefined) return acknowledge(line, ackId, response, signal);
        return canPost
          ? post(line, request.streamingId, "vendor", request.requestId, response, signal)
          : sendChunks(line, request.streamingId, response);
      });
    },
    onFrame(line, bytes) {
      for (const frame of decodeBodyFrames(bytes)) {
        if (frame.kind === "request") {
          onRequestFrame(line, frame).catch((error: unknown) => log.warn("malformed request frame", { error }));
        } else if (frame.kind === "cancel") running.get(frameKey(frame.id))?.abort(CANCELLED);
      }
    },
    drain: () => {
      isDraining = true;
    },
    abortAll(error) {
      for (const controller of running.values()) controller.abort(error);
    },
  };
}

const CANCELLED = new BrokerError("CANCELLED", "the caller went away");

function frameKey(id: number): string {
  return `frame-${id}`;
}

function problemResponse(error: BrokerError): ForwardedResponse & { readonly body: Buffer } {
  return {
    status: error.status,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: Buffer.from(JSON.stringify(error.toProblem())),
    errorType: error.code,
  };
}

function toLost(error: unknown): BrokerError {
  return error instanceof BrokerError
    ? error
    : new BrokerError("EXCHANGE_LOST", "the response could not be sent", { cause: error });
}
