import type { PaxRecords } from "./pax.ts";
import type { SparseMark } from "./tar-walk.ts";

interface Piece {
  readonly offset: number;
  readonly length: number;
}
interface SparseMap {
  readonly pieces: readonly Piece[];
  readonly sizeBytes: number;
  /** Where the data starts in the stored bytes: format 1.0 puts its map before it. */
  readonly dataAt: number;
}

/** A sparse file with its holes put back; undefined when the map is damaged or the file larger than `maxBytes`. */
export function expandSparse(mark: SparseMark, stored: Buffer, maxBytes: number): Buffer | undefined {
  const map = "header" in mark ? fromGnuHeader(mark.header) : fromRecords(mark.records, stored);
  if (!map || !(map.sizeBytes <= maxBytes)) return undefined;
  const file = Buffer.alloc(map.sizeBytes);
  let at = map.dataAt;
  for (const { offset, length } of map.pieces) {
    if (offset + length > file.length || at + length > stored.length) return undefined;
    stored.copy(file, offset, at, at + length);
    at += length;
  }
  return file;
}

/** GNU tar manual, "Storing Sparse Files": the old format, four holes in the header and 21 in each block after it. */
function fromGnuHeader(header: Buffer): SparseMap | undefined {
  const pieces: Piece[] = [];
  const take = (start: number, count: number): void => {
    for (let index = 0; index < count; index += 1) {
      const at = start + index * 24;
      const [offset, length] = [readNumber(header, at), readNumber(header, at + 12)];
      if (length > 0) pieces.push({ offset, length });
    }
  };
  take(386, 4);
  for (let block = 512; block < header.length; block += 512) take(block, 21);
  return checked({ pieces, sizeBytes: readNumber(header, 483), dataAt: 0 });
}

function fromRecords(records: PaxRecords, stored: Buffer): SparseMap | undefined {
  const sizeBytes = Number(records["GNU.sparse.realsize"] ?? records["GNU.sparse.size"]);
  if (records["GNU.sparse.major"] === "1") return fromData(stored, sizeBytes);
  if (records["GNU.sparse.map"] !== undefined) {
    return checked({ pieces: pairUp(records["GNU.sparse.map"].split(",").map(Number)), sizeBytes, dataAt: 0 });
  }
  const numbers = (key: string): number[] => (records[key] ?? "").split(",").filter(Boolean).map(Number);
  const [offsets, lengths] = [numbers("GNU.sparse.offset"), numbers("GNU.sparse.numbytes")];
  const pieces = offsets.map((offset, index) => ({ offset, length: lengths[index] ?? Number.NaN }));
  return checked({ pieces, sizeBytes, dataAt: 0 });
}

/** Format 1.0: a count and that many pairs, each number on a line, padded to a block. */
function fromData(stored: Buffer, sizeBytes: number): SparseMap | undefined {
  let at = 0;
  const next = (): number => {
    const end = stored.indexOf(0x0a, at);
    if (end < 0 || end - at > 20) return Number.NaN;
    const value = Number(stored.toString("latin1", at, end));
    at = end + 1;
    return value;
  };
  const count = next();
  if (!(count <= 100_000)) return undefined;
  const numbers: number[] = [];
  for (let index = 0; index < count * 2; index += 1) numbers.push(next());
  return checked({ pieces: pairUp(numbers), sizeBytes, dataAt: Math.ceil(at / 512) * 512 });
}

function pairUp(numbers: readonly number[]): Piece[] {
  const pieces: Piece[] = [];
  for (let index = 0; index < numbers.length; index += 2) {
    pieces.push({ offset: numbers[index] ?? Number.NaN, length: numbers[index + 1] ?? Number.NaN });
  }
  return pieces;
}

function checked(map: SparseMap): SparseMap | undefined {
  const numbers = [map.sizeBytes, ...map.pieces.flatMap(({ offset, length }) => [offset, length])];
  return numbers.every((value) => Number.isSafeInteger(value) && value >= 0) ? map : undefined;
}

function readNumber(bytes: Buffer, at: number): number {
  const digits = bytes.toString("latin1", at, at + 12).replace(/[\s\0].*$/s, "");
  if (((bytes[at] ?? 0) & 0x80) === 0) return digits === "" ? 0 : Number.parseInt(digits, 8);
  return Number(bytes.readBigUInt64BE(at + 4));
}
