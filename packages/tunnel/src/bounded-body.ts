import type { Readable } from "node:stream";
import { BrokerError } from "@tidewaiter/runtime";

/**
 * A whole body in memory, for what cannot stream: messages of the protocol, and conditions on bodies.
 *
 * @throws {BrokerError} PAYLOAD_TOO_LARGE beyond the limit.
 */
export async function readBounded(source: Readable, maxBytes: number, signal?: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of source) {
    signal?.throwIfAborted();
    size += (chunk as Buffer).length;
    if (size > maxBytes) throw new BrokerError("PAYLOAD_TOO_LARGE", `the body is larger than ${maxBytes} bytes`);
    chunks.push(chunk as Buffer);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size);
}
