import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { crc32, inflateRawSync } from "node:zlib";
import { BrokerError } from "@tidewaiter/runtime";

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

const END = { signature: 0x06054b50, size: 22 };
const END64 = { locatorSignature: 0x07064b50, signature: 0x06064b50 };
const CENTRAL = { signature: 0x02014b50, size: 46 };
const LOCAL = { signature: 0x04034b50, size: 30 };
const MAX_COMMENT = 65_535;
const MAX_DIRECTORY_BYTES = 256 * 1024 * 1024;

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
    const names = new Set<string>();
    let total = 0;
    for (const entry of listEntries(directory, limits)) {
      if (names.has(entry.name)) throw invalid(`the entry ${entry.name} comes twice`);
      names.add(entry.name);
      total += entry.size;
      if (total > limits.maxTotalBytes) throw invalid(`it unpacks to more than ${limits.maxTotalBytes} bytes`);
      yield { name: entry.name, bytes: readEntry(handle, entry, limits) };
    }
  } finally {
    closeSync(handle);
  }
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

function readDirectory(handle: number, limits: ZipLimits): Buffer {
  const { size } = fstatSync(handle);
  const tail = readAt(handle, Math.max(0, size - END.size - MAX_COMMENT), Math.min(size, END.size + MAX_COMMENT));
  for (let at = tail.length - END.size; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== END.signature) continue;
    const place = readEnd(handle, tail, at, size);
    if (place.entries > limits.maxEntries) throw invalid(`it holds more than ${limits.maxEntries} entries`);
    if (place.length > MAX_DIRECTORY_BYTES) throw invalid("its directory is too large");
    return readAt(handle, place.offset, place.length);
  }
  throw invalid("it has no zip directory");
}

interface DirectoryPlace {
  readonly entries: number;
  readonly length: number;
  readonly offset: number;
}

function readEnd(handle: number, tail: Buffer, at: number, fileSize: number): DirectoryPlace {
  const [entries, length, offset] = [
    tail.readUInt16LE(at + 10),
    tail.readUInt32LE(at + 12),
    tail.readUInt32LE(at + 16),
  ];
  if (entries !== 0xffff && length !== 0xffffffff && offset !== 0xffffffff) return { entries, length, offset };
  const locator = at - 20;
  if (locator < 0 || tail.readUInt32LE(locator) !== END64.locatorSignature) return { entries, length, offset };
  const end = Number(tail.readBigUInt64LE(locator + 8));
  const record = readAt(handle, Math.min(end, fileSize), 56);
  if (record.readUInt32LE(0) !== END64.signature) throw invalid("its zip64 directory is damaged");
  return {
    entries: Number(record.readBigUInt64LE(32)),
    length: Number(record.readBigUInt64LE(40)),
    offset: Number(record.readBigUInt64LE(48)),
  };
}

function* listEntries(directory: Buffer, limits: ZipLimits): Generator<Entry> {
  for (let at = 0, entries = 0; at < directory.length; entries += 1) {
    if (entries >= limits.maxEntries) throw invalid(`it holds more than ${limits.maxEntries} entries`);
    if (at + CENTRAL.size > directory.length || directory.readUInt32LE(at) !== CENTRAL.signature) {
      throw invalid("its directory is damaged");
    }
    const nameLength = directory.readUInt16LE(at + 28);
    const extraLength = directory.readUInt16LE(at + 30);
    const entry = readCentral(directory, at, nameLength, extraLength);
    at += CENTRAL.size + nameLength + extraLength + directory.readUInt16LE(at + 32);
    if (!/[/\\]/.test(entry.name)) yield entry;
  }
}

function readCentral(directory: Buffer, at: number, nameLength: number, extraLength: number): Entry {
  const nameEnd = at + CENTRAL.size + nameLength;
  const entry = {
    name: directory.toString("utf8", at + CENTRAL.size, nameEnd),
    method: directory.readUInt16LE(at + 10),
    crc: directory.readUInt32LE(at + 16),
    packed: directory.readUInt32LE(at + 20),
    size: directory.readUInt32LE(at + 24),
    offset: directory.readUInt32LE(at + 42),
  };
  return widen(entry, directory.subarray(nameEnd, nameEnd + extraLength));
}

/** Sizes and offset beyond 32 bits stand in an extra field, in this order and only those that did not fit. */
function widen(entry: Entry, extra: Buffer): Entry {
  const wide: { packed: number; size: number; offset: number } = { ...entry };
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let next = at + 4;
    for (const name of ["size", "packed", "offset"] as const) {
      if (entry[name] !== 0xffffffff || next + 8 > extra.length) continue;
      wide[name] = Number(extra.readBigUInt64LE(next));
      next += 8;
    }
  }
  return { ...entry, ...wide };
}

function readEntry(handle: number, entry: Entry, { maxEntryBytes, maxRatio }: ZipLimits): Buffer {
  const { name, size, packed, method } = entry;
  if (size > maxEntryBytes || packed > maxEntryBytes)
    throw invalid(`the entry ${name} is larger than ${maxEntryBytes} bytes`);
  if (size > 1024 * 1024 && size > packed * maxRatio)
    throw invalid(`the entry ${name} unpacks more than ${maxRatio}-fold`);
  const header = readAt(handle, entry.offset, LOCAL.size);
  if (header.readUInt32LE(0) !== LOCAL.signature) throw invalid(`the entry ${name} is damaged`);
  const start = entry.offset + LOCAL.size + header.readUInt16LE(26) + header.readUInt16LE(28);
  const bytes = unpack(name, method, readAt(handle, start, packed), size);
  if (bytes.length !== size || crc32(bytes) !== entry.crc) throw invalid(`the entry ${name} fails its checksum`);
  return bytes;
}

function unpack(name: string, method: number, packed: Buffer, size: number): Buffer {
  if (method === 0) return packed;
  if (method !== 8) throw invalid(`the entry ${name} is packed in an unknown way`);
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
  } catch (error) {
    throw invalid(`the entry ${name} cannot be unpacked`, error);
  }
}

function readAt(handle: number, position: number, length: number): Buffer {
  if (!Number.isSafeInteger(position + length)) throw invalid("it points outside itself");
  const bytes = Buffer.allocUnsafe(length);
  for (let done = 0; done < length; ) {
    const count = readSync(handle, bytes, done, length - done, position + done);
    if (count === 0) throw invalid("it is cut off");
    done += count;
  }
  return bytes;
}

function invalid(what: string, cause?: unknown): BrokerError {
  return new BrokerError("ADVISORIES_INVALID", `the zip archive is not taken: ${what}`, { cause });
}
