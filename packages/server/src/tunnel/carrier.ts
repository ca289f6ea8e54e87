import type { Socket } from "engine.io";

export interface CarrierEvents {
  onMessage(data: string | Buffer): void;
  /** The last that is told. */
  onClose(reason: string): void;
}

/** What carries the messages of one tunnel: a WebSocket that was dialled straight, or a session that began with polling. */
export interface Carrier {
  readonly address: string;
  readonly transport: "websocket" | "polling";
  readonly isOpen: boolean;
  send(message: string | Buffer): void;
  close(): void;
  /** To be called in the turn of the event loop in which the carrier was made. */
  listen(events: CarrierEvents): void;
}

/** A session of engine.io, whatever its transport at the moment. */
export function sessionCarrier(socket: Socket): Carrier {
  return {
    address: socket.remoteAddress,
    get transport() {
      return socket.transport.name === "websocket" ? "websocket" : "polling";
    },
    get isOpen() {
      return socket.readyState === "open";
    },
    send: (message) => void socket.send(message, { compress: false }),
    close: () => socket.close(),
    listen(events) {
      socket.on("message", (data: string | Buffer) => events.onMessage(data));
      socket.on("close", (reason: string) => events.onClose(reason));
    },
  };
}
