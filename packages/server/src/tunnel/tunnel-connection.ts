import { randomUUID } from "node:crypto";
import {
  createFrameBatch,
  type FrameBatch,
  formatAck,
  formatEvent,
  formatIdAnswer,
  formatPong,
  type Message,
  parseMessage,
  SERVER_CLOSE,
} from "@tidewaiter/tunnel";
import type { Carrier } from "./carrier.ts";

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
export class CarriedConnection implements TunnelConnection {
  readonly id = randomUUID();
  readonly #carrier: Carrier;
  readonly #events: ConnectionEvents;
  /** Made for the first frame: most of many idle tunnels never send one. */
  #batch: FrameBatch | undefined;
  #lastSeenAt = Date.now();
  #ackId = 0;

  constructor(carrier: Carrier, events: ConnectionEvents) {
    this.#carrier = carrier;
    this.#events = events;
    carrier.listen({
      onMessage: (data) => this.#take(data),
      onClose: (reason) => events.onClose(reason),
    });
  }

  get address(): string {
    return this.#carrier.address;
  }

  get transport(): "websocket" | "polling" {
    return this.#carrier.transport;
  }

  get isOpen(): boolean {
    return this.#carrier.isOpen;
  }

  get lastSeenAt(): number {
    return this.#lastSeenAt;
  }

  nextAckId(): number {
    this.#ackId += 1;
    return this.#ackId;
  }

  sendEvent(name: string, args: readonly unknown[], ackId?: number): void {
    this.#carrier.send(formatEvent(name, args, ackId));
  }

  sendAck(id: number, args: readonly unknown[]): void {
    this.#carrier.send(formatAck(id, args));
  }

  sendFrame(bytes: Buffer): void {
    this.#batch ??= createFrameBatch((message) => {
      if (this.isOpen) this.#carrier.send(message);
    });
    this.#batch.push(bytes);
  }

  close(): void {
    this.#carrier.close();
  }

  dismiss(): void {
    this.#carrier.send(SERVER_CLOSE);
    this.#carrier.close();
  }

  #take(data: string | Buffer): void {
    this.#lastSeenAt = Date.now();
    try {
      if (typeof data === "string") this.#dispatch(parseMessage(data));
      else this.#events.onFrame(data);
    } catch (error) {
      this.#events.onFault(error);
    }
  }

  #dispatch(message: Message): void {
    if (message.kind === "ping") this.#carrier.send(formatPong(message.time));
    else if (message.kind === "event") this.#events.onEvent(message.name, message.args, message.ackId);
    else if (message.kind === "ack") this.#events.onAck(message.id, message.args);
    else if (message.kind === "id-question") this.#carrier.send(formatIdAnswer(this.id));
  }
}
