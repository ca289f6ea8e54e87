import { BrokerError, type Clock, type Logger } from "@tidewaiter/runtime";
import {
  decodeBodyFrames,
  type Message,
  POST_STREAMS,
  parseServerCapabilities,
  TIDEWAITER_STREAMS,
} from "@tidewaiter/tunnel";
import type { Dispatcher } from "undici";
import { type CallbackSender, createCallbackSender } from "./callback-sender.ts";
import type { Dialling } from "./dialling.ts";
import type { Forwarder } from "./forwarder.ts";
import { createLine, type Line } from "./line.ts";
import { createRequestHandler } from "./request-handler.ts";
import type { ServerAddresses } from "./server-address.ts";
import { answerService } from "./service-command.ts";
import { createTunnelSocket, type Role, type SocketOptions } from "./tunnel-socket.ts";

export interface TunnelOptions {
  readonly token: string;
  /** What identify says beside capabilities and role (protocol 1.5). */
  readonly metadata: () => Readonly<Record<string, unknown>>;
  readonly addresses: ServerAddresses;
  readonly dialling: Dialling;
  readonly forward: Forwarder;
  readonly socket: Omit<SocketOptions, "role" | "address" | "log">;
  readonly dispatcher: Dispatcher;
  readonly exchangeMs: number;
  readonly maxExchanges: number;
  readonly maxMessageBytes: number;
  readonly onLineCount: (open: number) => void;
  readonly onLineLost: () => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The client's end of the tunnel: two connections, requests down, callbacks up. */
export interface Tunnel {
  readonly lines: readonly Pick<Line, "role" | "isOpen">[];
  readonly isOpen: boolean;
  /** Exchanges that run in either direction. */
  readonly inFlight: number;
  readonly send: CallbackSender;
  /** Tells the server of an event of this client. */
  report(event: Readonly<Record<string, unknown>>): void;
  /** No new exchange; running ones end or time out. */
  close(drainMs: number): Promise<void>;
}

const ROLES = ["primary", "secondary"] as const;
const DRAIN_STEP_MS = 20;

export function createTunnel(options: TunnelOptions): Tunnel {
  const { log, clock } = options;
  const lines: Line[] = [];
  const readyLine = (): Line | undefined => lines.find(({ isReady }) => isReady);
  const requests = createRequestHandler({ ...options, anyLine: readyLine, report });
  const sendCallback = createCallbackSender({ ...options, readyLine });
  const openCount = (): number => lines.filter(({ isOpen }) => isOpen).length;
  let callbacks = 0;
  let isDraining = false;
  for (const role of ROLES) lines.push(openLine(role));

  function report(event: Readonly<Record<string, unknown>>): void {
    readyLine()?.sendEvent("client-event", [{ ts: clock.now(), event }]);
  }

  function openLine(role: Role): Line {
    const dial = options.dialling.forRole(role);
    const socket = createTunnelSocket(
      { ...options.socket, role, address: dial.address, log },
      {
        onOpen: () => identify(line),
        onMessage: (message) => onMessage(line, message),
        onFrame: (bytes) => onFrames(line, bytes),
        onClose: (reason) => onClose(line, reason),
        onDialFailed: () => options.dialling.forget(),
      },
    );
    const line = createLine(socket, options.maxExchanges, dial.serverId);
    return line;
  }

  function identify(line: Line): void {
    const metadata = { capabilities: [POST_STREAMS, TIDEWAITER_STREAMS], ...options.metadata(), role: line.role };
    line.sendEvent("identify", [{ token: options.token, metadata }]);
    log.info("tunnel connection open", { connectionRole: line.role });
    options.onLineCount(openCount());
  }

  function onClose(line: Line, reason: string): void {
    line.onLost(new BrokerError("EXCHANGE_LOST", "the tunnel broke while the exchange was running"));
    log.warn("tunnel connection closed", { connectionRole: line.role, reason });
    // What listens there next may be another kind of server, and only ours may see a hash in the place of the token.
    options.dialling.forget();
    options.onLineLost();
    options.onLineCount(openCount());
    if (openCount() === 0) requests.abortAll(new BrokerError("EXCHANGE_LOST", "the tunnel broke"));
  }

  function onFrames(line: Line, bytes: Buffer): void {
    for (const frame of decodeBodyFrames(bytes)) {
      if (frame.kind === "answer") line.onAnswer(frame);
      else requests.onFrame(line, frame);
    }
  }

  function onMessage(line: Line, message: Message): void {
    if (message.kind === "ack") line.onAck(message.id, message.args);
    if (message.kind !== "event") return;
    const { name, args, ackId } = message;
    if (name === "identify") line.onIdentify(parseServerCapabilities(args[0]));
    else if (name === "request") requests.onRequest(line, args[0], ackId);
    else if (name === "service" && ackId !== undefined) line.acknowledge(ackId, answerService(args[0]));
    else if (name === "notification") log.warn("notification from the server", { notification: args[0] });
  }

  return {
    lines,
    get isOpen() {
      return lines.some(({ isOpen }) => isOpen);
    },
    get inFlight() {
      return requests.running + callbacks;
    },
    async send(callback, signal) {
      if (isDraining) throw new BrokerError("UNAVAILABLE", "the broker client is stopping", { retryAfterMs: 5_000 });
      if (callbacks >= options.maxExchanges)
        throw new BrokerError("UNAVAILABLE", "too many callbacks at once", { retryAfterMs: 1_000 });
      callbacks += 1;
      try {
        return await sendCallback(callback, signal);
      } finally {
        callbacks -= 1;
      }
    },
    report,
    async close(drainMs) {
      isDraining = true;
      requests.drain();
      const end = clock.now() + drainMs;
      while (requests.running + callbacks > 0 && clock.now() < end) await clock.sleep(DRAIN_STEP_MS);
      for (const line of lines) line.close();
    },
  };
}
