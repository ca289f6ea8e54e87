import { addAbortSignal, type Readable } from "node:stream";
import { BrokerError } from "@tidewaiter/runtime";

/**
 * A whole body in memory, for what cannot stream: messages of the protocol, and conditions on bodies.
 *
 * @throws {BrokerError} PAYLOAD_TOO_LARGE beyond the limit.
 */
export async function readBounded(source: Readable, maxBytes: number, signal?: AbortSignal): Promise<Buffer> {
  if (signal) addAbortSignal(signal, source);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of source) {
      size += (chunk as Buffer).length;
      if (size > maxBytes) throw new BrokerError("PAYLOAD_TOO_LARGE", `the body is larger than ${maxBytes} bytes`);
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size);
}
