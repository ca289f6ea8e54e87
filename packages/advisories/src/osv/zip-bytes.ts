import { readSync } from "node:fs";
import { BrokerError } from "@tidewaiter/runtime";

/** Bytes of an open file. @throws {BrokerError} ADVISORIES_INVALID where there are none. */
export function readAt(handle: number, position: number, length: number): Buffer {
  if (!Number.isSafeInteger(position + length)) throw invalid("it points outside itself");
  const bytes = Buffer.allocUnsafe(length);
  for (let done = 0; done < length; ) {
    const count = readSync(handle, bytes, done, length - done, position + done);
    if (count === 0) throw invalid("it is cut off");
    done += count;
  }
  return bytes;
}

export function invalid(what: string, cause?: unknown): BrokerError {
  return new BrokerError("ADVISORIES_INVALID", `the zip archive is not taken: ${what}`, { cause });
}
