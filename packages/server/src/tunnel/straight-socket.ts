import type { WebSocket } from "ws";
import type { Carrier, CarrierEvents } from "./carrier.ts";

export interface SocketBeat {
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
}

/** Packets of engine.io by the first byte of a text; bytes are messages as they are (protocol 1.3). */
const PACKETS: ReadonlyMap<number, string> = new Map(
  ["open", "close", "ping", "pong", "message", "upgrade", "noop"].map((name, digit) => [0x30 + digit, name]),
);

/**
 * A WebSocket that was dialled straight, without polling before: the packets of engine.io without its sessions, which cost
 * twice the memory of an idle tunnel. `beat` is to be called every now and then.
 */
export class StraightSocket implements Carrier {
  readonly address: string;
  readonly transport = "websocket";
  readonly #socket: WebSocket;
  readonly #beat: SocketBeat;
  #events: CarrierEvents | undefined;
  #pingAt: number;
  #isPingOpen = false;
  #isEnded = false;

  constructor(socket: WebSocket, address: string, beat: SocketBeat) {
    this.#socket = socket;
    this.address = address;
    this.#beat = beat;
    this.#pingAt = Date.now() + beat.pingIntervalMs;
    socket.on("message", (data: Buffer, isBinary: boolean) => this.#take(data, isBinary));
    socket.on("close", () => this.#end("transport close"));
    // What is wrong with a frame ends the connection, and `close` follows.
    socket.on("error", ignore);
  }

  get isOpen(): boolean {
    return !this.#isEnded && this.#socket.readyState === this.#socket.OPEN;
  }

  listen(events: CarrierEvents): void {
    this.#events = events;
  }

  /** The first packet: what the other end has to know of this session. */
  open(session: Readonly<Record<string, unknown>>): void {
    this.#socket.send(`0${JSON.stringify(session)}`);
  }

  send(message: string | Buffer): void {
    if (this.isOpen) this.#socket.send(typeof message === "string" ? `4${message}` : message);
  }

  close(): void {
    this.#socket.close();
    this.#end("forced close");
  }

  /** Pings when it is time, and ends the connection when nothing came since the last ping. */
  beat(now: number): void {
    if (now < this.#pingAt) return;
    if (this.#isPingOpen) {
      this.#socket.terminate();
      this.#end("ping timeout");
      return;
    }
    this.#isPingOpen = true;
    this.#pingAt = now + this.#beat.pingTimeoutMs;
    if (this.isOpen) this.#socket.send("2");
  }

  #take(data: Buffer, isBinary: boolean): void {
    if (this.#isEnded) return;
    this.#lives();
    if (isBinary) {
      this.#events?.onMessage(data);
      return;
    }
    const packet = PACKETS.get(data[0] ?? 0);
    if (packet === "message") this.#events?.onMessage(data.toString("utf8", 1));
    else if (packet === "ping") this.#socket.send(`3${data.toString("utf8", 1)}`);
    else if (packet === "close" || packet === undefined) this.close();
  }

  /** Whatever comes shows that somebody is there (protocol, checklist 2). */
  #lives(): void {
    if (!this.#isPingOpen) return;
    this.#isPingOpen = false;
    this.#pingAt = Date.now() + this.#beat.pingIntervalMs;
  }

  #end(reason: string): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#events?.onClose(reason);
  }
}

function ignore(): void {}
