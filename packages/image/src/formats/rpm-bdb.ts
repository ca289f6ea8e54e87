const HASH_MAGIC = 0x061561;
const HASH_META = 8;
const HASH_PAGES: ReadonlySet<number> = new Set([2, 13]);
const OVERFLOW_PAGE = 7;
const PAGE_HEADER_BYTES = 26;
const ITEM = { inline: 1, offPage: 3 } as const;
/** Smaller values are the data base's own counter. */
const MIN_HEADER_BYTES = 16;

interface Bdb {
  readonly bytes: Buffer;
  readonly pageBytes: number;
  readonly isBigEndian: boolean;
}

/** True for a Berkeley DB hash file of either byte order. */
export function isBdbHash(bytes: Buffer): boolean {
  if (bytes.length < 512) return false;
  return bytes.readUInt32LE(12) === HASH_MAGIC || bytes.readUInt32BE(12) === HASH_MAGIC;
}

/**
 * Values of a Berkeley DB hash file: rpm's header blobs. Keys and values alternate on hash pages; large values lie in a
 * chain of overflow pages.
 *
 * @throws {RangeError} when the file is damaged.
 */
export function* bdbBlobs(bytes: Buffer): Generator<Buffer> {
  const isBigEndian = bytes.readUInt32BE(12) === HASH_MAGIC;
  const pageBytes = isBigEndian ? bytes.readUInt32BE(20) : bytes.readUInt32LE(20);
  if (bytes[25] !== HASH_META || pageBytes < 512 || pageBytes > 65_536) throw new RangeError("no rpm hash data base");
  const bdb: Bdb = { bytes, pageBytes, isBigEndian };
  for (let start = pageBytes; start + pageBytes <= bytes.length; start += pageBytes) {
    if (HASH_PAGES.has(bytes[start + 25] ?? 0)) yield* pageValues(bdb, start);
  }
}

function* pageValues(bdb: Bdb, start: number): Generator<Buffer> {
  const entries = readUInt16(bdb, start + 20);
  if (PAGE_HEADER_BYTES + entries * 2 > bdb.pageBytes) throw new RangeError("a bdb page with too many entries");
  const offset = (index: number): number => readUInt16(bdb, start + PAGE_HEADER_BYTES + index * 2);
  for (let index = 1; index < entries; index += 2) {
    // Items grow down from the page's end, so the one before says where this one ends.
    const [from, to] = [offset(index), offset(index - 1)];
    if (from >= to || to > bdb.pageBytes) throw new RangeError("a bdb page with a damaged index");
    const value = readItem(bdb, start + from, start + to);
    if (value && value.length >= MIN_HEADER_BYTES) yield value;
  }
}

function readItem(bdb: Bdb, from: number, to: number): Buffer | undefined {
  const kind = bdb.bytes[from];
  if (kind === ITEM.inline) return bdb.bytes.subarray(from + 1, to);
  if (kind !== ITEM.offPage) return undefined;
  return readOverflow(bdb, readUInt32(bdb, from + 4), readUInt32(bdb, from + 8));
}

function readOverflow(bdb: Bdb, first: number, length: number): Buffer {
  const { bytes, pageBytes } = bdb;
  if (length > bytes.length) throw new RangeError("a bdb value larger than its file");
  const parts: Buffer[] = [];
  let [page, left] = [first, length];
  while (left > 0) {
    const start = page * pageBytes;
    const isOverflow = page > 0 && start + pageBytes <= bytes.length && bytes[start + 25] === OVERFLOW_PAGE;
    const used = isOverflow ? readUInt16(bdb, start + 22) : 0;
    if (used === 0 || used > pageBytes - PAGE_HEADER_BYTES) throw new RangeError("a bdb value with a damaged chain");
    parts.push(bytes.subarray(start + PAGE_HEADER_BYTES, start + PAGE_HEADER_BYTES + Math.min(used, left)));
    left -= used;
    page = readUInt32(bdb, start + 16);
  }
  return Buffer.concat(parts);
}

function readUInt16({ bytes, isBigEndian }: Bdb, at: number): number {
  return isBigEndian ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at);
}

function readUInt32({ bytes, isBigEndian }: Bdb, at: number): number {
  return isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
}
