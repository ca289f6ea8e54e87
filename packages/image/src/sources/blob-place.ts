import { closeSync, openSync, readSync } from "node:fs";
import { BrokerError, systemCode } from "@tidewaiter/runtime";

/** Where a blob's stored bytes lie, for a thread that reads them by itself. */
export interface BlobPlace {
  readonly path: string;
  readonly offset: number;
  readonly size: number;
}

const CHUNK_BYTES = 1024 * 1024;

/**
 * Reads while the caller waits, so only for a thread that has nothing else to do. All pieces lie in one buffer that is
 * used again: each is lent until the next is asked for. A file that is too short ends early.
 *
 * @throws {BrokerError} ARCHIVE_INVALID when the file cannot be read.
 */
export async function* readPlace(
  { path, offset, size }: BlobPlace,
  onBytes: (count: number) => void,
): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, size));
  const file = guarded(path, () => openSync(path, "r"));
  try {
    for (let at = 0; at < size; ) {
      const count = guarded(path, () => readSync(file, buffer, 0, Math.min(buffer.length, size - at), offset + at));
      if (count === 0) return;
      at += count;
      onBytes(count);
      yield buffer.subarray(0, count);
    }
  } finally {
    closeSync(file);
  }
}

function guarded<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** What the system says of an archive that cannot be read, in our words. */
export function unreadable(path: string, cause: unknown): BrokerError {
  const code = systemCode(cause) ?? "unreadable";
  return new BrokerError("ARCHIVE_INVALID", `${path} cannot be read (${code})`, {
    cause,
    likely: code === "ENOENT" ? "the path is mistyped" : "it is no file, or this user may not read it",
    action: "check the path and its rights",
  });
}
