import { inflateRawSync } from "node:zlib";

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  /** Of the local header, from the start of the buffer. */
  readonly offset: number;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const ZIP64_END = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;
const END_BYTES = 22;
const MAX_COMMENT = 65_535;
const MAX_ENTRIES = 200_000;

/**
 * The central directory of a zip in memory (APPNOTE 6.3). A program put before the archive is allowed for: offsets are
 * then counted from where the archive really starts.
 *
 * @throws {RangeError} when the bytes are no zip or damaged.
 */
export function readZipDirectory(bytes: Buffer): ZipEntry[] {
  const end = findEnd(bytes);
  const { count, size, offset, isZip64 } = readEnd(bytes, end);
  if (count > MAX_ENTRIES) throw new RangeError("an archive with too many entries");
  const directoryEnd = isZip64 ? zip64Start(bytes, end) : end;
  const start = directoryEnd - size;
  const shift = start - offset;
  if (start < 0 || shift < 0) throw new RangeError("an archive with a damaged directory");
  const entries: ZipEntry[] = [];
  for (let at = start; entries.length < count && at + 46 <= directoryEnd; ) {
    if (bytes.readUInt32LE(at) !== CENTRAL) throw new RangeError("an archive with a damaged directory");
    entries.push(readCentral(bytes, at, shift));
    at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  if (entries.length < count) throw new RangeError("an archive that is cut off");
  return entries;
}

/**
 * One entry's content.
 *
 * @throws {RangeError} when it is damaged, encrypted, packed in a way that Java does not know, or larger than `maxBytes`.
 */
export function readZipEntry(bytes: Buffer, entry: ZipEntry, maxBytes: number): Buffer {
  if (entry.sizeBytes > maxBytes) throw new RangeError(`${entry.name} is larger than ${maxBytes} bytes`);
  if (entry.offset + 30 > bytes.length || bytes.readUInt32LE(entry.offset) !== LOCAL) {
    throw new RangeError(`${entry.name} has a damaged header`);
  }
  const start = entry.offset + 30 + bytes.readUInt16LE(entry.offset + 26) + bytes.readUInt16LE(entry.offset + 28);
  const packed = bytes.subarray(start, start + entry.packedBytes);
  if (entry.method === 0) return packed;
  if (entry.method !== 8) throw new RangeError(`${entry.name} is packed by method ${entry.method}`);
  return inflateRawSync(packed, { maxOutputLength: Math.max(1, Math.min(maxBytes, entry.sizeBytes)) });
}

function findEnd(bytes: Buffer): number {
  const first = Math.max(0, bytes.length - END_BYTES - MAX_COMMENT);
  for (let at = bytes.length - END_BYTES; at >= first; at -= 1) {
    if (bytes[at] === 0x50 && bytes.readUInt32LE(at) === END) return at;
  }
  throw new RangeError("no archive, or one that is cut off");
}

interface Directory {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
  readonly isZip64: boolean;
}

function readEnd(bytes: Buffer, end: number): Directory {
  const [count, size, offset] = [
    bytes.readUInt16LE(end + 10),
    bytes.readUInt32LE(end + 12),
    bytes.readUInt32LE(end + 16),
  ];
  const isZip64 = count === 0xffff || size === 0xffffffff || offset === 0xffffffff;
  if (!isZip64) return { count, size, offset, isZip64 };
  const at = zip64Start(bytes, end);
  const number = (place: number): number => Number(bytes.readBigUInt64LE(at + place));
  return { count: number(32), size: number(40), offset: number(48), isZip64 };
}

/** The larger end record stands right before its locator. */
function zip64Start(bytes: Buffer, end: number): number {
  const locator = end - 20;
  if (locator < 0 || bytes.readUInt32LE(locator) !== ZIP64_LOCATOR)
    throw new RangeError("a zip64 archive without locator");
  const at = locator - 56;
  if (at < 0 || bytes.readUInt32LE(at) !== ZIP64_END) throw new RangeError("a zip64 archive with a damaged end");
  return at;
}

function readCentral(bytes: Buffer, at: number, shift: number): ZipEntry {
  const nameBytes = bytes.readUInt16LE(at + 28);
  return {
    name: bytes.toString("utf8", at + 46, at + 46 + nameBytes),
    method: bytes.readUInt16LE(at + 10),
    packedBytes: bytes.readUInt32LE(at + 20),
    sizeBytes: bytes.readUInt32LE(at + 24),
    offset: bytes.readUInt32LE(at + 42) + shift,
  };
}
