import { BrokerError } from "@tidewaiter/runtime";

/** Kinds of binary frames between ends of ours; see the README for the layout and the reasons. */
export const FRAME_KINDS = { request: 1, response: 2, cancel: 3, callback: 4, answer: 5, withdraw: 6 } as const;
export type FrameKind = keyof typeof FRAME_KINDS;

/** Bodies up to this size travel inside a frame; larger ones over HTTP of their own. */
export const INLINE_BODY_BYTES = 32 * 1024;

/** A whole small message: a JSON head and the bytes of a body. */
export interface BodyFrame {
  readonly kind: FrameKind;
  /** Chosen by the side that asks. */
  readonly id: number;
  readonly head: unknown;
  readonly body: Buffer;
}

/** kind (1), id (4), length of the head (4), length of the body (4), all big-endian. */
const FIXED_BYTES = 13;
const NAMES = new Map<number, FrameKind>(Object.entries(FRAME_KINDS).map(([name, code]) => [code, name as FrameKind]));

export function encodeBodyFrame(kind: FrameKind, id: number, head?: unknown, body?: Uint8Array): Buffer {
  const json = head === undefined ? "" : JSON.stringify(head);
  const headBytes = Buffer.byteLength(json);
  const bodyBytes = body?.length ?? 0;
  const buffer = Buffer.allocUnsafe(FIXED_BYTES + headBytes + bodyBytes);
  buffer[0] = FRAME_KINDS[kind];
  buffer.writeUInt32BE(id, 1);
  buffer.writeUInt32BE(headBytes, 5);
  buffer.writeUInt32BE(bodyBytes, 9);
  buffer.write(json, FIXED_BYTES, "utf8");
  if (body) buffer.set(body, FIXED_BYTES + headBytes);
  return buffer;
}

/**
 * All frames of one message, in order; several may share one.
 *
 * @throws {BrokerError} FRAME_INVALID for anything that `encodeBodyFrame` would not write.
 */
export function decodeBodyFrames(bytes: Uint8Array): BodyFrame[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames: BodyFrame[] = [];
  for (let at = 0; at < buffer.length; ) {
    if (buffer.length - at < FIXED_BYTES) throw invalid("too short");
    const kind = NAMES.get(buffer.readUInt8(at));
    if (!kind) throw invalid("of an unknown kind");
    const headEnd = at + FIXED_BYTES + buffer.readUInt32BE(at + 5);
    const bodyEnd = headEnd + buffer.readUInt32BE(at + 9);
    if (bodyEnd > buffer.length) throw invalid("cut off");
    const head = parseHead(buffer.subarray(at + FIXED_BYTES, headEnd));
    frames.push({ kind, id: buffer.readUInt32BE(at + 1), head, body: buffer.subarray(headEnd, bodyEnd) });
    at = bodyEnd;
  }
  return frames;
}

function parseHead(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    throw new BrokerError("FRAME_INVALID", "a binary frame has a head that is not JSON", { cause: error });
  }
}

function invalid(what: string): BrokerError {
  return new BrokerError("FRAME_INVALID", `a binary frame on the tunnel is ${what}`);
}
