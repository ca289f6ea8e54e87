import { closeSync, fstatSync, openSync } from "node:fs";
import { crc32, inflateRawSync } from "node:zlib";
import { createForwardReader, invalid } from "./zip-bytes.ts";
import { type Entry, listEntries, readDirectory } from "./zip-directory.ts";

/** Bounds for an archive that somebody may have made to do harm. */
export interface ZipLimits {
  readonly maxEntries: number;
  /** Unpacked size of one entry. */
  readonly maxEntryBytes: number;
  /** Unpacked size of all entries. */
  readonly maxTotalBytes: number;
  /** Unpacked to packed, for entries that matter (above 1 MiB). */
  readonly maxRatio: number;
}

export const DEFAULT_ZIP_LIMITS: ZipLimits = {
  maxEntries: 1_000_000,
  maxEntryBytes: 16 * 1024 * 1024,
  maxTotalBytes: 16 * 1024 * 1024 * 1024,
  maxRatio: 200,
};

/** The smallest that zlib takes. */
const MIN_CHUNK = 64;

const LOCAL = { signature: 0x04034b50, size: 30 };

/**
 * The files of a zip archive, one after the other (APPNOTE 6.3.10: stored and deflated, zip64). Names with folders and
 * folders themselves are passed over; names that come twice are refused.
 *
 * @throws {BrokerError} ADVISORIES_INVALID for a damaged archive or one beyond a limit.
 */
export function* readZip(
  path: string,
  limits: ZipLimits = DEFAULT_ZIP_LIMITS,
): Generator<{ name: string; bytes: Buffer }> {
  const handle = openSync(path, "r");
  try {
    const directory = readDirectory(handle, limits);
    const read = createForwardReader(handle, fstatSync(handle).size);
    const names = new Set<string>();
    let total = 0;
    for (const entry of listEntries(directory, limits)) {
      if (names.has(entry.name)) throw invalid(`the entry ${entry.name} comes twice`);
      names.add(entry.name);
      total += entry.size;
      if (total > limits.maxTotalBytes) throw invalid(`it unpacks to more than ${limits.maxTotalBytes} bytes`);
      yield { name: entry.name, bytes: readEntry(read, entry, limits) };
    }
  } finally {
    closeSync(handle);
  }
}

type Read = ReturnType<typeof createForwardReader>;

function readEntry(read: Read, entry: Entry, { maxEntryBytes, maxRatio }: ZipLimits): Buffer {
  const { name, size, packed, method } = entry;
  if (size > maxEntryBytes || packed > maxEntryBytes)
    throw invalid(`the entry ${name} is larger than ${maxEntryBytes} bytes`);
  if (size > 1024 * 1024 && size > packed * maxRatio)
    throw invalid(`the entry ${name} unpacks more than ${maxRatio}-fold`);
  const header = read(entry.offset, LOCAL.size);
  if (header.readUInt32LE(0) !== LOCAL.signature) throw invalid(`the entry ${name} is damaged`);
  const start = entry.offset + LOCAL.size + header.readUInt16LE(26) + header.readUInt16LE(28);
  const bytes = unpack(name, method, read(start, packed), size);
  if (bytes.length !== size || crc32(bytes) !== entry.crc) throw invalid(`the entry ${name} fails its checksum`);
  return bytes;
}

function unpack(name: string, method: number, packed: Buffer, size: number): Buffer {
  if (method === 0) return Buffer.from(packed);
  if (method !== 8) throw invalid(`the entry ${name} is packed in an unknown way`);
  try {
    // One buffer of the right size in place of the usual one of 16 KiB for every small record.
    return inflateRawSync(packed, { maxOutputLength: Math.max(size, 1), chunkSize: Math.max(size, MIN_CHUNK) });
  } catch (error) {
    throw invalid(`the entry ${name} cannot be unpacked`, error);
  }
}
