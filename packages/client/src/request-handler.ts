import { BrokerError, type Logger } from "@tidewaiter/runtime";
import {
  type BodyFrame,
  encodeBodyFrame,
  parseRequest,
  parseRequestHead,
  RECEIVE_POST_STREAMS,
} from "@tidewaiter/tunnel";
import { fetchBody } from "./fetch-body.ts";
import type { ForwardedResponse, Forwarder, IncomingRequest } from "./forwarder.ts";
import type { Line } from "./line.ts";
import { problemResponse, toLost } from "./problem-response.ts";
import { createResponsePaths, type ResponsePathOptions } from "./response-paths.ts";

export interface RequestHandlerOptions extends ResponsePathOptions {
  readonly forward: Forwarder;
  readonly maxExchanges: number;
  /** Tells the server of what went wrong here (protocol 1.4). */
  readonly report: (event: Readonly<Record<string, unknown>>) => void;
  readonly log: Logger;
}

/** Requests that come down, and the way of each response: acknowledgement, POST, chunks, or a frame between ends of ours. */
export interface RequestHandler {
  readonly running: number;
  onRequest(line: Line, value: unknown, ackId: number | undefined): void;
  onFrame(line: Line, frame: BodyFrame): void;
  /** From now on requests are refused; running ones go on. */
  drain(): void;
  abortAll(error: unknown): void;
}

type Respond = (response: ForwardedResponse, signal: AbortSignal) => Promise<void>;

export function createRequestHandler(options: RequestHandlerOptions): RequestHandler {
  const { forward, addresses, dispatcher, log } = options;
  const paths = createResponsePaths(options);
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
      const response = await forward(request, controller.signal);
      const { errorType: errorCode } = response;
      if (errorCode) options.report({ type: "client-error", errorCode, requestId: request.requestId });
      await respond(response, controller.signal);
    } catch (error) {
      if (controller.signal.aborted) log.debug("an exchange was cancelled", { requestId: request.requestId });
      else log.warn("a response could not be sent", { requestId: request.requestId, error });
    } finally {
      running.delete(key);
    }
  }

  async function onRequestFrame(line: Line, frame: BodyFrame): Promise<void> {
    const { isStreamed, ...head } = parseRequestHead(frame.head);
    const body = frame.body.length > 0 ? frame.body : undefined;
    const openBody = isStreamed
      ? (signal: AbortSignal) => fetchBody(dispatcher, addresses, String(frame.id), signal)
      : undefined;
    await run(
      frameKey(frame.id),
      { ...head, streamingId: "", body, openBody, isOwn: true },
      async (response, signal) => {
        try {
          await paths.answerFrame(line, frame.id, head.requestId, response, signal);
        } catch (error) {
          if (signal.aborted) throw error;
          const { body: bytes, ...failed } = problemResponse(toLost(error));
          options.anyLine()?.sendFrame(encodeBodyFrame("response", frame.id, failed, bytes));
          throw error;
        }
      },
    );
  }

  return {
    get running() {
      return running.size;
    },
    onRequest(line, value, ackId) {
      const request = parseRequest(value);
      const key = ackId === undefined ? request.streamingId : `ack-${line.role}-${ackId}`;
      const canPost = line.serverTakes(RECEIVE_POST_STREAMS);
      void run(key, request, (response, signal) => {
        if (ackId !== undefined) return paths.acknowledge(line, ackId, response, signal);
        return canPost
          ? paths.post(line, request.streamingId, "vendor", request.requestId, response, signal)
          : paths.sendChunks(line, request.streamingId, response);
      });
    },
    onFrame(line, frame) {
      if (frame.kind === "request") {
        onRequestFrame(line, frame).catch((error: unknown) => log.warn("malformed request frame", { error }));
      } else if (frame.kind === "cancel") running.get(frameKey(frame.id))?.abort(CANCELLED);
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
