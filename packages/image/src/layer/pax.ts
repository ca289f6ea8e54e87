import { corrupt } from "./tar-header.ts";

/** Records that change what a header says. */
export interface PaxRecords {
  readonly path?: string;
  readonly linkpath?: string;
  readonly size?: string;
  readonly [key: string]: string | undefined;
}

/**
 * Reads `length key=value\n` records (POSIX pax, extended header).
 *
 * @throws {BrokerError} LAYER_CORRUPT when a length does not fit.
 */
export function parsePax(bytes: Buffer): PaxRecords {
  const records: Record<string, string> = Object.create(null);
  for (let at = 0; at < bytes.length && bytes[at] !== 0; ) {
    const space = bytes.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(bytes.toString("latin1", at, space));
    const end = at + length;
    if (!Number.isInteger(length) || end > bytes.length || end <= space + 1 || bytes[end - 1] !== 0x0a) {
      throw corrupt("a damaged pax header");
    }
    const equals = bytes.indexOf(0x3d, space);
    if (equals < 0 || equals >= end) throw corrupt("a pax record without a value");
    addRecord(records, bytes.toString("utf8", space + 1, equals), bytes.toString("utf8", equals + 1, end - 1));
    at = end;
  }
  return records;
}

/** Sparse format 0.0 repeats its two keys; the others appear once. */
function addRecord(records: Record<string, string>, key: string, value: string): void {
  const before = records[key];
  const isRepeated = before !== undefined && (key === "GNU.sparse.offset" || key === "GNU.sparse.numbytes");
  records[key] = isRepeated ? `${before},${value}` : value;
}
