const MAGIC = "RpmP";
const HEADER_BYTES = 32;
const SLOT_BYTES = 16;
const PAGE_BYTES = 4096;
const BLOCK_BYTES = 16;

export function isNdb(bytes: Buffer): boolean {
  return bytes.toString("latin1", 0, 4) === MAGIC;
}

/**
 * Header blobs of an rpm `ndb` data base (rpm, lib/backend/ndb/rpmpkg.c): pages of slots, each pointing to a blob in
 * units of 16 bytes.
 *
 * @throws {RangeError} when the file is damaged.
 */
export function* ndbBlobs(bytes: Buffer): Generator<Buffer> {
  const slotsEnd = Math.min(bytes.readUInt32LE(12) * PAGE_BYTES, bytes.length);
  for (let at = HEADER_BYTES; at + SLOT_BYTES <= slotsEnd; at += SLOT_BYTES) {
    if (bytes.toString("latin1", at, at + 4) !== "Slot") throw new RangeError("an ndb data base with a damaged slot");
    const [index, block] = [bytes.readUInt32LE(at + 4), bytes.readUInt32LE(at + 8)];
    if (block !== 0) yield readBlob(bytes, index, block * BLOCK_BYTES);
  }
}

function readBlob(bytes: Buffer, index: number, at: number): Buffer {
  const isBlob = bytes.toString("latin1", at, at + 4) === "BlbS" && bytes.readUInt32LE(at + 4) === index;
  const length = isBlob ? bytes.readUInt32LE(at + 12) : Number.NaN;
  if (!(at + 16 + length <= bytes.length)) throw new RangeError("an ndb data base with a damaged blob");
  return bytes.subarray(at + 16, at + 16 + length);
}
