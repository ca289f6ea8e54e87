import { fstatSync } from "node:fs";
import type { ZipLimits } from "./zip.ts";
import { invalid, readAt } from "./zip-bytes.ts";

const END = { signature: 0x06054b50, size: 22 };
const END64 = { locatorSignature: 0x07064b50, signature: 0x06064b50 };
const CENTRAL = { signature: 0x02014b50, size: 46 };
const MAX_COMMENT = 65_535;
const MAX_DIRECTORY_BYTES = 256 * 1024 * 1024;

/** What the directory says of a file in the archive. */
export interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

/** The directory at the end of the archive, as bytes. */
export function readDirectory(handle: number, limits: ZipLimits): Buffer {
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

/** Its entries; folders and names with folders are passed over. */
export function* listEntries(directory: Buffer, limits: ZipLimits): Generator<Entry> {
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
