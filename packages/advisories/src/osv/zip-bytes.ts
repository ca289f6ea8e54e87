import { readSync } from "node:fs";
import { BrokerError } from "@tidewaiter/runtime/errors";

/**
 * Bytes of an open file, in `memory` when they fit there.
 *
 * @throws {BrokerError} ADVISORIES_INVALID where there are none.
 */
export function readAt(handle: number, position: number, length: number, memory?: ArrayBufferLike): Buffer {
  if (!Number.isSafeInteger(position + length)) throw invalid("it points outside itself");
  const isEnough = memory !== undefined && memory.byteLength >= length;
  const bytes = isEnough ? Buffer.from(memory, 0, length) : Buffer.allocUnsafeSlow(length);
  for (let done = 0; done < length; ) {
    const count = readSync(handle, bytes, done, length - done, position + done);
    if (count === 0) throw invalid("it is cut off");
    done += count;
  }
  return bytes;
}

const WINDOW_BYTES = 1024 * 1024;

/**
 * Reads of an open file that go forward in small steps: the system is asked once for a megabyte. What is returned holds
 * until the next call. Each call throws ADVISORIES_INVALID where there are no such bytes.
 */
export function createForwardReader(handle: number, fileSize: number): (position: number, length: number) => Buffer {
  let window: Buffer = Buffer.alloc(0);
  let start = 0;
  return (position, length) => {
    const isInside = position >= start && position + length <= start + window.length;
    if (!isInside) {
      const rest = Math.max(0, fileSize - position);
      window = readAt(handle, position, Math.max(length, Math.min(WINDOW_BYTES, rest)), window.buffer);
      start = position;
    }
    return window.subarray(position - start, position - start + length);
  };
}

export function invalid(what: string, cause?: unknown): BrokerError {
  return new BrokerError("ADVISORIES_INVALID", `the zip archive is not taken: ${what}`, { cause });
}
