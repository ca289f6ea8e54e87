import type { Readable } from "node:stream";
import { BrokerError } from "@tidewaiter/runtime";
import { parseStatus } from "./exchange-message.ts";
import { endToEndHeaders } from "./headers.ts";

/** Content type of a streamed response (protocol 1.7b). */
export const STREAM_CONTENT_TYPE = "application/vnd.broker.stream+octet-stream";
const PREFIX_BYTES = 4;
export const MAX_HEAD_BYTES = 1024 * 1024;

/** Status and headers of a response whose body follows as raw bytes. */
export interface StreamHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly errorType?: string;
}

/** Length and JSON in one buffer, ASCII only: older servers break on a split prefix or a split character. */
export function encodeStreamHead(head: StreamHead): Buffer {
  const json = JSON.stringify(head).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const buffer = Buffer.allocUnsafe(PREFIX_BYTES + json.length);
  buffer.writeUInt32LE(json.length, 0);
  buffer.write(json, PREFIX_BYTES, "latin1");
  return buffer;
}

/**
 * Takes the head off a stream, however it was cut into chunks; what follows is the body.
 *
 * @throws {BrokerError} FRAME_INVALID for a malformed, over-long or unfinished head.
 */
export function readStreamHead(source: Readable, signal?: AbortSignal): Promise<StreamHead> {
  return new Promise((resolve, reject) => {
    let length: number | undefined;
    const settle = (finish: () => void): void => {
      source.off("readable", onReadable).off("end", onEnd).off("close", onEnd).off("error", onError);
      signal?.removeEventListener("abort", onAbort);
      finish();
    };
    const fail = (what: string): void => settle(() => reject(invalid(what)));
    const onEnd = (): void => fail("an unfinished head");
    const onError = (): void => fail("a stream that broke off");
    const onAbort = (): void => fail("no head in time");
    // `read(n)` gives nothing until n bytes are there. The listener stays on: each new one would be called at once.
    const onReadable = (): void => {
      try {
        length ??= readLength(source);
        if (length === undefined) return;
        const json = readExactly(source, length);
        if (json) {
          const head = parseHead(json);
          settle(() => resolve(head));
        }
      } catch (error) {
        settle(() => reject(error));
      }
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    source.on("readable", onReadable).on("end", onEnd).on("close", onEnd).on("error", onError);
    if (signal?.aborted) onAbort();
    else if (source.destroyed || source.readableEnded) onEnd();
  });
}

function readLength(source: Readable): number | undefined {
  const prefix = readExactly(source, PREFIX_BYTES);
  if (!prefix) return undefined;
  const length = prefix.readUInt32LE(0);
  if (length === 0 || length > MAX_HEAD_BYTES) throw invalid(`a head of ${length} bytes`);
  return length;
}

/** Undefined while bytes are missing; at the end of a stream `read` gives what is left, however little. */
function readExactly(source: Readable, size: number): Buffer | undefined {
  const chunk: unknown = source.read(size);
  if (!Buffer.isBuffer(chunk)) return undefined;
  if (chunk.length < size) throw invalid("an unfinished head");
  return chunk;
}

function parseHead(bytes: Buffer): StreamHead {
  try {
    return toStreamHead(JSON.parse(bytes.toString("utf8")));
  } catch (error) {
    if (error instanceof BrokerError) throw error;
    throw new BrokerError("FRAME_INVALID", "the head of a streamed response is not JSON", { cause: error });
  }
}

/** @throws {BrokerError} FRAME_INVALID when there is no valid status in it. */
export function toStreamHead(value: unknown): StreamHead {
  if (value === null || typeof value !== "object") throw invalid("a head that is no object");
  const { status, headers, errorType } = value as Record<string, unknown>;
  const isRecord = headers !== null && typeof headers === "object" && !Array.isArray(headers);
  return {
    status: parseStatus(status),
    headers: endToEndHeaders(isRecord ? (headers as Record<string, unknown>) : {}),
    ...(typeof errorType === "string" && { errorType: errorType.slice(0, 128) }),
  };
}

function invalid(what: string): BrokerError {
  return new BrokerError("FRAME_INVALID", `the other end of the tunnel sent ${what}`);
}
