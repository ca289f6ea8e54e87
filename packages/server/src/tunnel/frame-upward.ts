import { Readable } from "node:stream";
import { type BrokerError, type Logger, toBrokerError } from "@tidewaiter/runtime";
import {
  type BodyFrame,
  encodeBodyFrame,
  INLINE_BODY_BYTES,
  parseRequestHead,
  readBounded,
  TUNNEL_DENIAL,
} from "@tidewaiter/tunnel";
import type { CallbackTaker } from "./callback-taker.ts";
import type { ConnectedClient } from "./client-directory.ts";
import type { HeldBodies } from "./held-bodies.ts";
import type { CallbackAnswer } from "./hub.ts";
import type { TunnelConnection } from "./tunnel-connection.ts";

/** Small callbacks of clients of ours, one frame each; each is answered, whatever happens. */
export interface FrameUpward {
  readonly running: number;
  onFrame(client: ConnectedClient, connection: TunnelConnection, frame: BodyFrame): void;
  /** Stops the work for a connection that went away: nobody waits for its answers any more. */
  onSocketClosed(connection: TunnelConnection): void;
}

export interface FrameUpwardOptions {
  readonly take: CallbackTaker;
  readonly bodies: HeldBodies;
  /** Names a body that the client will fetch. */
  readonly newKey: () => string;
  readonly deadlineMs: number;
  readonly maxRunning: number;
  readonly log: Logger;
}

export function createFrameUpward(options: FrameUpwardOptions): FrameUpward {
  const { take, deadlineMs, maxRunning, log } = options;
  const byConnection = new Map<TunnelConnection, Map<number, AbortController>>();
  let running = 0;

  async function answer(
    client: ConnectedClient,
    { head, body }: BodyFrame,
    signal: AbortSignal,
  ): Promise<{ head: unknown; bytes?: Buffer }> {
    const { isStreamed: _never, ...request } = parseRequestHead(head);
    const { connectionId, token } = client;
    const answered =
      running > maxRunning ? BUSY : await take({ ...request, connectionId, token, body }, TUNNEL_DENIAL, signal);
    return toFrame(options, client, answered);
  }

  async function run(client: ConnectedClient, connection: TunnelConnection, frame: BodyFrame): Promise<void> {
    const controller = new AbortController();
    const ofConnection = byConnection.get(connection) ?? new Map<number, AbortController>();
    byConnection.set(connection, ofConnection.set(frame.id, controller));
    const timer = setTimeout(() => controller.abort(LATE), deadlineMs);
    const send = (head: unknown, bytes?: Buffer): void =>
      connection.sendFrame(encodeBodyFrame("answer", frame.id, head, bytes));
    running += 1;
    try {
      const { head, bytes } = await Promise.race([
        answer(client, frame, controller.signal),
        aborted(controller.signal),
      ]);
      send(head, bytes);
    } catch (thrown) {
      const error = toBrokerError(thrown);
      log.warn("a callback could not be answered", { code: error.code, error: error.cause ?? error });
      send({ status: error.status, headers: { "content-type": "application/json" } }, problemOf(error));
    } finally {
      clearTimeout(timer);
      running -= 1;
      ofConnection.delete(frame.id);
    }
  }

  return {
    get running() {
      return running;
    },
    onFrame(client, connection, frame) {
      if (frame.kind === "callback") void run(client, connection, frame);
      else if (frame.kind === "withdraw") byConnection.get(connection)?.get(frame.id)?.abort(GONE);
    },
    onSocketClosed(connection) {
      for (const controller of byConnection.get(connection)?.values() ?? []) controller.abort(GONE);
      byConnection.delete(connection);
    },
  };
}

/** A body that is small or in memory travels in the frame; any other waits to be fetched, for as long as an exchange may take. */
async function toFrame(
  { bodies, newKey, deadlineMs }: FrameUpwardOptions,
  client: ConnectedClient,
  { status, headers = {}, body = "" }: CallbackAnswer,
): Promise<{ head: Record<string, unknown>; bytes?: Buffer }> {
  const isSmall = Number(headers["content-length"] ?? Number.NaN) <= INLINE_BODY_BYTES;
  if (!(body instanceof Readable) && body.length <= INLINE_BODY_BYTES)
    return { head: { status, headers }, bytes: Buffer.from(body) };
  if (body instanceof Readable && isSmall)
    return { head: { status, headers }, bytes: await readBounded(body, INLINE_BODY_BYTES) };
  const key = newKey();
  bodies.hold(key, client.tokenHash, body instanceof Readable ? body : Readable.from([Buffer.from(body)]));
  setTimeout(() => bodies.drop(key), deadlineMs).unref();
  return { head: { status, headers, k: key } };
}

/** Whoever answers may not look at the signal. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function problemOf(error: BrokerError): Buffer {
  return Buffer.from(JSON.stringify(error.toProblem()));
}

const LATE = new DOMException("no answer in time", "TimeoutError");
const GONE = new DOMException("the caller went away", "AbortError");
const BUSY: CallbackAnswer = { status: 503, headers: { "retry-after": "1" }, body: '{"code":"UNAVAILABLE"}' };
