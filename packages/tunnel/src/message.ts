import { BrokerError } from "@tidewaiter/runtime";
import { formatEjson, parseEjson } from "./ejson.ts";

/** One message on a connection (engine.io type 4), as the emitter and heartbeat conventions of the protocol read it. */
export type Message =
  | { readonly kind: "event"; readonly name: string; readonly args: readonly unknown[]; readonly ackId?: number }
  | { readonly kind: "ack"; readonly id: number; readonly args: readonly unknown[] }
  | { readonly kind: "ping"; readonly time: string }
  | { readonly kind: "pong"; readonly time: string }
  | { readonly kind: "id-question" }
  | { readonly kind: "server-close" }
  | { readonly kind: "unknown" };

const PING = "primus::ping::";
const PONG = "primus::pong::";

/** Names that the emitter keeps for itself: such events are ignored, as the peer does. */
const RESERVED =
  /^(?:open|data|end|error|close|online|offline|timeout|destroy|readyStateChange|reconnect.*|incoming::.*|outgoing::.*)$/;

export const SERVER_CLOSE = formatEjson("primus::server::close");

/** @throws {BrokerError} FRAME_INVALID for text that is no message of the protocol. */
export function parseMessage(text: string): Message {
  const value = parseEjson(text);
  if (typeof value === "string") return parseConvention(value);
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw invalid("neither text nor a packet");
  const { type, data, id } = value as { type?: unknown; data?: unknown; id?: unknown };
  if (!Array.isArray(data)) throw invalid("a packet without data");
  if (type === 1) {
    if (!isAckId(id)) throw invalid("an acknowledgement without id");
    return { kind: "ack", id, args: data };
  }
  const [name, ...args] = data;
  if (type !== 0 || typeof name !== "string") throw invalid("a packet of an unknown type");
  if (RESERVED.test(name)) return { kind: "unknown" };
  return isAckId(id) ? { kind: "event", name, args, ackId: id } : { kind: "event", name, args };
}

function parseConvention(text: string): Message {
  if (text.startsWith(PING)) return { kind: "ping", time: text.slice(PING.length) };
  if (text.startsWith(PONG)) return { kind: "pong", time: text.slice(PONG.length) };
  if (text === "primus::id::") return { kind: "id-question" };
  if (text === "primus::server::close") return { kind: "server-close" };
  return { kind: "unknown" };
}

export function formatEvent(name: string, args: readonly unknown[], ackId?: number): string {
  return formatEjson({ type: 0, data: [name, ...args], ...(ackId !== undefined && { id: ackId }) });
}

export function formatAck(id: number, args: readonly unknown[]): string {
  return formatEjson({ id, type: 1, data: args });
}

export function formatPing(now: number): string {
  return formatEjson(`${PING}${now}`);
}

/** The answer repeats the number of the ping; whatever else stood there is cut to a sane length. */
export function formatPong(time: string): string {
  return formatEjson(`${PONG}${time.slice(0, 32)}`);
}

export function formatIdAnswer(id: string): string {
  return formatEjson(`primus::id::${id}`);
}

function isAckId(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function invalid(what: string): BrokerError {
  return new BrokerError("FRAME_INVALID", `a message on the tunnel is ${what}`);
}
