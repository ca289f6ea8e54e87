import type { Agent } from "node:http";
import WebSocket from "ws";

export interface WebSocketOptions {
  /** The way through a proxy; undefined dials directly. */
  readonly agent: Agent | undefined;
  readonly tls: { readonly ca?: string[]; readonly rejectUnauthorized: boolean };
  readonly connectTimeoutMs: number;
  readonly maxMessageBytes: number;
}

export interface WebSocketHandlers {
  onMessage(data: Buffer, isBinary: boolean): void;
  /** It did not come up, or it is gone; may be told more than once. */
  onEnd(reason: string): void;
}

/** Dials a WebSocket; whatever becomes of it reaches the handlers, and nothing is thrown. */
export function openWebSocket(
  url: string,
  headers: Record<string, string>,
  options: WebSocketOptions,
  { onMessage, onEnd }: WebSocketHandlers,
): WebSocket {
  const socket = new WebSocket(url, {
    headers,
    agent: options.agent,
    ...options.tls,
    handshakeTimeout: options.connectTimeoutMs,
    maxPayload: options.maxMessageBytes,
    perMessageDeflate: false,
    skipUTF8Validation: true,
  });
  socket.on("message", onMessage);
  socket.on("close", (code: number) => onEnd(`closed (${code})`));
  socket.on("error", (error: Error) => onEnd(error.message));
  socket.on("unexpected-response", (_request, response) => {
    response.resume();
    onEnd(`the server answered ${response.statusCode}`);
  });
  return socket;
}
