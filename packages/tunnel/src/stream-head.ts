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
export async function readStreamHead(source: Readable, signal?: AbortSignal): Promise<StreamHead> {
  const prefix = await readExactly(source, PREFIX_BYTES, signal);
  const length = prefix.readUInt32LE(0);
  if (length === 0 || length > MAX_HEAD_BYTES) throw invalid(`a head of ${length} bytes`);
  return parseHead(await readExactly(source, length, signal));
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

/** Exactly so many bytes of a paused stream. `read(n)` gives nothing until all of them are there. */
async function readExactly(source: Readable, size: number, signal?: AbortSignal): Promise<Buffer> {
  for (;;) {
    signal?.throwIfAborted();
    const chunk: unknown = source.read(size);
    if (Buffer.isBuffer(chunk)) {
      if (chunk.length === size) return chunk;
      throw invalid("an unfinished head");
    }
    if (source.readableEnded || source.destroyed) throw invalid("an unfinished head");
    await readable(source, signal);
  }
}

function readable(source: Readable, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: unknown): void => {
      for (const name of ["readable", "end", "close"]) source.removeListener(name, onProgress);
      source.removeListener("error", done);
      signal?.removeEventListener("abort", onAbort);
      if (error === undefined) resolve();
      else reject(error instanceof BrokerError ? error : invalid("a stream that broke off"));
    };
    const onProgress = (): void => done();
    const onAbort = (): void => done(invalid("nothing in time"));
    for (const name of ["readable", "end", "close"]) source.once(name, onProgress);
    source.once("error", done);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

function invalid(what: string): BrokerError {
  return new BrokerError("FRAME_INVALID", `the other end of the tunnel sent ${what}`);
}
