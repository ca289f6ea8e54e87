import { BrokerError, type Logger } from "@tidewaiter/runtime";
import { formatPing, formatPong, type Message, parseMessage } from "@tidewaiter/tunnel";
import type WebSocket from "ws";
import { openWebSocket, type WebSocketOptions } from "./open-web-socket.ts";
import { redialDelay } from "./redial.ts";

export type Role = "primary" | "secondary";

export interface SocketEvents {
  onOpen(): void;
  onMessage(message: Message): void;
  onFrame(bytes: Buffer): void;
  onClose(reason: string): void;
  /** A dial that got no connection. */
  onDialFailed(): void;
}

export interface SocketOptions extends WebSocketOptions {
  readonly role: Role;
  /** Asked before each dial, since a dispatcher may move the client to another server. */
  readonly address: (
    signal: AbortSignal,
  ) => Promise<{ readonly url: string; readonly headers: Record<string, string> }>;
  readonly pingIntervalMs: number;
  readonly pongTimeoutMs: number;
  /** Longest wait between two dials. */
  readonly reconnectMaxMs: number;
  readonly log: Logger;
}

/** One connection to the server that comes back for ever: first attempt at once, then with full jitter. */
export interface TunnelSocket {
  readonly role: Role;
  readonly isOpen: boolean;
  send(text: string): void;
  /** Resolves when the message has left this process: what comes next waits as long as the other end does not read. */
  sendFlushed(text: string): Promise<void>;
  sendFrame(bytes: Buffer): void;
  close(): void;
}

/** engine.io packet types (protocol 1.3). */
const OPEN = "0";
const CLOSE = "1";
const PING = "2";
const MESSAGE = "4";
/** From here on a connection counts as good, and its loss starts a new outage. */
const STABLE_MS = 1_000;

export function createTunnelSocket(options: SocketOptions, events: SocketEvents): TunnelSocket {
  const { role, log } = options;
  const stop = new AbortController();
  let socket: WebSocket | undefined;
  let isOpen = false;
  // The first dial counts: only a lost connection is dialled again at once.
  let attempt = 1;
  let openedAt = 0;
  let lostAt = Date.now();
  let timers: NodeJS.Timeout[] = [];
  let redial: NodeJS.Timeout | undefined;

  const clearTimers = (): void => {
    for (const timer of timers) clearTimeout(timer);
    timers = [];
  };
  const after = (ms: number, work: () => void): void => {
    timers.push(setTimeout(work, ms));
  };

  function lost(from: WebSocket | undefined, reason: string): void {
    if (from !== socket) return;
    clearTimers();
    socket = undefined;
    from?.removeAllListeners();
    from?.on("error", () => {});
    from?.terminate();
    const wasOpen = isOpen;
    isOpen = false;
    if (wasOpen) {
      // A connection that broke at once is one more failed dial, or a fault would turn into a tight loop.
      if (Date.now() - openedAt >= STABLE_MS) [attempt, lostAt] = [0, Date.now()];
      events.onClose(reason);
    } else events.onDialFailed();
    scheduleDial(reason);
  }

  function scheduleDial(reason: string): void {
    if (stop.signal.aborted || redial) return;
    const delayMs = redialDelay(attempt, Date.now() - lostAt, options.reconnectMaxMs, Math.random);
    attempt += 1;
    log.info("tunnel connection lost, dialling again", { connectionRole: role, reason, attempt, delayMs });
    redial = setTimeout(() => {
      redial = undefined;
      void dial();
    }, delayMs);
  }

  async function dial(): Promise<void> {
    try {
      const { url, headers } = await options.address(stop.signal);
      if (stop.signal.aborted) return;
      connect(url, headers);
    } catch (error) {
      if (stop.signal.aborted) return;
      events.onDialFailed();
      scheduleDial(error instanceof Error ? error.message : "no address");
    }
  }

  function connect(url: string, headers: Record<string, string>): void {
    const next = openWebSocket(url, headers, options, {
      onMessage: (data, isBinary) => receive(next, data, isBinary),
      onEnd: (reason) => lost(next, reason),
    });
    socket = next;
    // A socket that opens but never says so in the protocol's terms is no connection.
    after(options.connectTimeoutMs, () => !isOpen && lost(next, "no handshake in time"));
  }

  function receive(from: WebSocket, data: Buffer, isBinary: boolean): void {
    if (from !== socket) return;
    try {
      if (isBinary) events.onFrame(data);
      else receiveText(from, data.toString("utf8"));
    } catch (error) {
      log.warn("malformed message from the server", { connectionRole: role, error });
    }
  }

  function receiveText(from: WebSocket, text: string): void {
    const type = text[0];
    if (type === OPEN) onHandshake();
    else if (type === PING) from.send(`3${text.slice(1, 65)}`);
    else if (type === CLOSE) lost(from, "the server said close");
    else if (type === MESSAGE && isOpen) onMessage(from, parseMessage(text.slice(1)));
  }

  function onHandshake(): void {
    if (isOpen) return;
    isOpen = true;
    openedAt = Date.now();
    clearTimers();
    schedulePing();
    events.onOpen();
  }

  function onMessage(from: WebSocket, message: Message): void {
    if (message.kind === "pong") {
      clearTimers();
      schedulePing();
    } else if (message.kind === "ping") from.send(MESSAGE + formatPong(message.time));
    else if (message.kind === "server-close") lost(from, "the server closed on purpose");
    else events.onMessage(message);
  }

  function schedulePing(): void {
    const current = socket;
    after(options.pingIntervalMs, () => {
      current?.send(MESSAGE + formatPing(Date.now()));
      after(options.pongTimeoutMs, () => lost(current, "no answer to a heartbeat"));
    });
  }

  function openSocket(): WebSocket {
    if (socket && isOpen) return socket;
    throw new BrokerError("TUNNEL_DOWN", "the tunnel is down", { retryAfterMs: 1_000 });
  }

  void dial();
  return {
    role,
    get isOpen() {
      return isOpen;
    },
    send: (text) => openSocket().send(MESSAGE + text, { compress: false }),
    sendFlushed: (text) =>
      new Promise((resolve, reject) => {
        openSocket().send(MESSAGE + text, { compress: false }, (error) => (error ? reject(error) : resolve()));
      }),
    sendFrame: (bytes) => openSocket().send(bytes, { binary: true, compress: false }),
    close() {
      stop.abort();
      clearTimeout(redial);
      clearTimers();
      const last = socket;
      socket = undefined;
      if (isOpen) events.onClose("stopping");
      isOpen = false;
      last?.removeAllListeners();
      last?.on("error", () => {});
      last?.close(1000);
    },
  };
}
