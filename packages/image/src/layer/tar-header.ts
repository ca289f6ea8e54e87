import { BrokerError } from "@tidewaiter/runtime";

export const BLOCK = 512;

export type EntryKind = "file" | "directory" | "symlink" | "hardlink" | "other";

/** One header block as it stands, before long names and pax records are applied. */
export interface RawHeader {
  readonly name: string;
  readonly linkName: string;
  readonly mode: number;
  readonly sizeBytes: number;
  readonly type: string;
  readonly isGnu: boolean;
}

/**
 * Reads a header block (POSIX ustar, GNU and v7 forms).
 *
 * @throws {BrokerError} LAYER_CORRUPT when the checksum or a number is wrong.
 */
export function parseHeader(block: Buffer): RawHeader {
  if (!isChecksumRight(block)) throw corrupt("a tar header with a wrong checksum");
  const magic = block.toString("latin1", 257, 263);
  const isPosix = magic === "ustar\0";
  const prefix = isPosix ? text(block, 345, 155) : "";
  const name = text(block, 0, 100);
  return {
    name: prefix ? `${prefix}/${name}` : name,
    linkName: text(block, 157, 100),
    mode: number(block, 100, 8),
    sizeBytes: number(block, 124, 12),
    type: String.fromCharCode(block[156] || 0x30),
    isGnu: magic === "ustar ",
  };
}

export function isZeroBlock(block: Buffer): boolean {
  return block[0] === 0 && block.every((byte) => byte === 0);
}

export function kindOf(type: string, name: string): EntryKind {
  if (type === "0" || type === "7" || type === "S") return type === "0" && name.endsWith("/") ? "directory" : "file";
  if (type === "5" || type === "D") return "directory";
  if (type === "1") return "hardlink";
  return type === "2" ? "symlink" : "other";
}

export function corrupt(what: string, cause?: unknown): BrokerError {
  return new BrokerError("LAYER_CORRUPT", what, { cause });
}

/** Text up to its NUL. Invalid UTF-8 becomes U+FFFD: such a name matches no detector, and is shown safely. */
function text(block: Buffer, start: number, length: number): string {
  const end = block.indexOf(0, start);
  return block.toString("utf8", start, end < 0 || end > start + length ? start + length : end);
}

/** Octal text, or base-256 when the first bit is set (GNU and star, for sizes from 8 GB). */
function number(block: Buffer, start: number, length: number): number {
  if ((block[start] ?? 0) & 0x80) return base256(block, start, length);
  const digits = block.toString("latin1", start, start + length).replace(/^[\s\0]+|[\s\0].*$/gs, "");
  if (!/^[0-7]*$/.test(digits)) throw corrupt("a tar header with a damaged number");
  return digits === "" ? 0 : Number.parseInt(digits, 8);
}

function base256(block: Buffer, start: number, length: number): number {
  let value = (block[start] ?? 0) & 0x7f;
  for (let index = 1; index < length; index += 1) value = value * 256 + (block[start + index] ?? 0);
  if (!Number.isSafeInteger(value)) throw corrupt("a tar header with an impossible size");
  return value;
}

/** The sum of all bytes, the checksum's own counted as blanks; old writers summed signed bytes. */
function isChecksumRight(block: Buffer): boolean {
  const stored = Number.parseInt(block.toString("latin1", 148, 156).replace(/[\s\0]+/g, ""), 8);
  let [unsigned, signed] = [256, 256];
  for (let index = 0; index < BLOCK; index += 1) {
    if (index >= 148 && index < 156) continue;
    const byte = block[index] ?? 0;
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  return stored === unsigned || stored === signed;
}
