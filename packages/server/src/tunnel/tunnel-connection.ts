import { randomUUID } from "node:crypto";
import {
  createFrameBatch,
  formatAck,
  formatEvent,
  formatIdAnswer,
  formatPong,
  type Message,
  parseMessage,
  SERVER_CLOSE,
} from "@tidewaiter/tunnel";
import type { Socket } from "engine.io";

/** What happens on a connection, for those that own it. */
export interface ConnectionEvents {
  onEvent(name: string, args: readonly unknown[], ackId: number | undefined): void;
  onAck(id: number, args: readonly unknown[]): void;
  onFrame(bytes: Buffer): void;
  onFault(error: unknown): void;
  onClose(reason: string): void;
}

/** One socket of a broker client, over polling or WebSocket, with the protocol's own heartbeats. */
export interface TunnelConnection {
  readonly id: string;
  readonly address: string;
  readonly transport: "websocket" | "polling";
  readonly isOpen: boolean;
  /** Milliseconds of the epoch at which the last message came. */
  readonly lastSeenAt: number;
  nextAckId(): number;
  sendEvent(name: string, args: readonly unknown[], ackId?: number): void;
  sendAck(id: number, args: readonly unknown[]): void;
  sendFrame(bytes: Buffer): void;
  /** Ends it so that the client comes back. */
  close(): void;
  /** Ends it on purpose: the vendor's client does not come back. */
  dismiss(): void;
}

/** Nothing that a peer sends throws out of here: faults go to `onFault`. */
export function createTunnelConnection(socket: Socket, events: ConnectionEvents): TunnelConnection {
  const id = randomUUID();
  const batch = createFrameBatch((message) => {
    if (socket.readyState === "open") socket.send(message, { compress: false });
  });
  let lastSeenAt = Date.now();
  let ackId = 0;
  const sendText = (text: string): void => void socket.send(text, { compress: false });
  socket.on("message", (data: string | Buffer) => {
    lastSeenAt = Date.now();
    try {
      if (typeof data === "string") dispatch(parseMessage(data), sendText, events, id);
      else events.onFrame(data);
    } catch (error) {
      events.onFault(error);
    }
  });
  socket.on("close", (reason: string) => events.onClose(reason));
  return {
    id,
    address: socket.remoteAddress,
    get transport() {
      return socket.transport.name === "websocket" ? "websocket" : "polling";
    },
    get isOpen() {
      return socket.readyState === "open";
    },
    get lastSeenAt() {
      return lastSeenAt;
    },
    nextAckId: () => {
      ackId += 1;
      return ackId;
    },
    sendEvent: (name, args, wanted) => sendText(formatEvent(name, args, wanted)),
    sendAck: (asked, args) => sendText(formatAck(asked, args)),
    sendFrame: (bytes) => batch.push(bytes),
    close: () => socket.close(),
    dismiss: () => {
      sendText(SERVER_CLOSE);
      socket.close();
    },
  };
}

function dispatch(message: Message, sendText: (text: string) => void, events: ConnectionEvents, id: string): void {
  if (message.kind === "ping") sendText(formatPong(message.time));
  else if (message.kind === "event") events.onEvent(message.name, message.args, message.ackId);
  else if (message.kind === "ack") events.onAck(message.id, message.args);
  else if (message.kind === "id-question") sendText(formatIdAnswer(id));
}
