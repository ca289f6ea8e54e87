import type { Readable } from "node:stream";
import { BrokerError } from "@tidewaiter/runtime";

/** A body that ended soon and small, or what has been read of it with the rest still flowing. */
export type ReadAhead =
  | { readonly isWhole: true; readonly bytes: Buffer }
  | { readonly isWhole: false; readonly first: readonly Buffer[]; readonly rest: Readable };

/**
 * Reads a body until it ends, until it is larger than `maxBytes`, or until `patienceMs` after its first byte: a small
 * answer then travels whole, and a slow one is not held back.
 */
export function readAhead(source: Readable, maxBytes: number, patienceMs: number): Promise<ReadAhead> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let timer: NodeJS.Timeout | undefined;
    const stop = (): void => {
      clearTimeout(timer);
      source.removeListener("data", onData);
      source.removeListener("end", onEnd);
      source.removeListener("error", onError);
      source.removeListener("close", onClose);
    };
    const flow = (): void => {
      stop();
      source.pause();
      // Whoever reads on is told of an error; until then nobody else listens.
      source.on("error", () => {});
      resolve({ isWhole: false, first: chunks, rest: source });
    };
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBytes) flow();
      else timer ??= setTimeout(flow, patienceMs);
    };
    const onEnd = (): void => {
      stop();
      resolve({ isWhole: true, bytes: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size) });
    };
    const onError = (error: unknown): void => {
      stop();
      reject(error);
    };
    const onClose = (): void =>
      onError(new BrokerError("DOWNSTREAM_ERROR", "the agent broke off in the middle of its answer"));
    source.on("data", onData).once("end", onEnd).once("error", onError).once("close", onClose);
  });
}
