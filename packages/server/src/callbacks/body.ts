import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { BrokerError } from "@tidewaiter/runtime";

/**
 * The body of a callback, unpacked when it came gzipped. The limit holds for what was unpacked.
 *
 * @throws {BrokerError} PAYLOAD_TOO_LARGE, or INPUT_INVALID for broken gzip.
 */
export async function readBody(
  body: Readable,
  encoding: string | undefined,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const isPacked = encoding?.trim().toLowerCase() === "gzip";
  const stream = isPacked ? body.pipe(createGunzip()) : body;
  if (isPacked) body.once("error", (error) => stream.destroy(error));
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      signal.throwIfAborted();
      size += (chunk as Buffer).length;
      if (size > maxBytes) throw new BrokerError("PAYLOAD_TOO_LARGE", `a callback of more than ${maxBytes} bytes`);
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    body.destroy();
    if (isPacked && isGzipFault(error)) throw new BrokerError("INPUT_INVALID", "the body is no gzip", { cause: error });
    throw error;
  }
  return Buffer.concat(chunks);
}

function isGzipFault(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}
