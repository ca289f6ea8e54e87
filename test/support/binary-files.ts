import { deflateSync } from "node:zlib";

/** A 64-bit little-endian ELF file with the given sections and nothing to run. */
export function buildElf(sections: Readonly<Record<string, Buffer>>): Buffer {
  const names = ["", ...Object.keys(sections), ".shstrtab"];
  const table = Buffer.from(`${names.join("\0")}\0`);
  const bodies = [...Object.values(sections), table];
  const HEADER = 64;
  let at = HEADER;
  const rows = [Buffer.alloc(64)];
  for (const [index, body] of bodies.entries()) {
    const row = Buffer.alloc(64);
    row.writeUInt32LE(table.indexOf(`\0${names[index + 1]}\0`) + 1, 0);
    row.writeBigUInt64LE(BigInt(at), 24);
    row.writeBigUInt64LE(BigInt(body.length), 32);
    rows.push(row);
    at += body.length;
  }
  const header = Buffer.alloc(HEADER);
  Buffer.from("7f454c46020101", "hex").copy(header);
  header.writeBigUInt64LE(BigInt(at), 40);
  header.writeUInt16LE(64, 58);
  header.writeUInt16LE(rows.length, 60);
  header.writeUInt16LE(rows.length - 1, 62);
  return Buffer.concat([header, ...bodies, ...rows]);
}

/** The block that Go's linker writes since 1.18: version and module lines, each with its length before it. */
export function buildGoInfo(version: string, modules: string): Buffer {
  const head = Buffer.alloc(32);
  Buffer.from("\xff Go buildinf:\x08\x02", "latin1").copy(head);
  const guard = Buffer.alloc(16, 7);
  const text = Buffer.concat([guard, Buffer.from(modules), guard]);
  return Buffer.concat([head, lengthOf(version.length), Buffer.from(version), lengthOf(text.length), text]);
}

/** What cargo-auditable puts into `.dep-v0`. */
export function buildCargoList(packages: readonly object[]): Buffer {
  return deflateSync(JSON.stringify({ packages }));
}

/** An rpm header blob of string (or string array) and number values by tag. */
export function buildRpmHeader(values: Readonly<Record<number, string | readonly string[] | number>>): Buffer {
  const [STRING, STRING_ARRAY, INT32] = [6, 8, 4];
  const index: Buffer[] = [];
  const data: Buffer[] = [];
  let offset = 0;
  for (const [tag, value] of Object.entries(values)) {
    const isNumber = typeof value === "number";
    const texts = isNumber ? [] : [value].flat();
    const padding = isNumber ? (4 - (offset % 4)) % 4 : 0;
    const body = isNumber ? Buffer.alloc(4) : Buffer.from(texts.map((text) => `${text}\0`).join(""));
    if (isNumber) body.writeUInt32BE(value);
    const row = Buffer.alloc(16);
    row.writeUInt32BE(Number(tag), 0);
    row.writeUInt32BE(isNumber ? INT32 : texts.length > 1 ? STRING_ARRAY : STRING, 4);
    row.writeUInt32BE(offset + padding, 8);
    row.writeUInt32BE(isNumber ? 1 : texts.length, 12);
    index.push(row);
    data.push(Buffer.alloc(padding), body);
    offset += padding + body.length;
  }
  const head = Buffer.alloc(8);
  head.writeUInt32BE(index.length, 0);
  head.writeUInt32BE(offset, 4);
  return Buffer.concat([head, ...index, ...data]);
}

/** An ndb data base with the blobs one after another (rpm, lib/backend/ndb). */
export function buildNdb(blobs: readonly Buffer[]): Buffer {
  const slots = Buffer.alloc(4096);
  slots.write("RpmP");
  slots.writeUInt32LE(1, 12);
  for (let at = 32; at < slots.length; at += 16) slots.write("Slot", at);
  const bodies: Buffer[] = [];
  let block = slots.length / 16;
  for (const [index, blob] of blobs.entries()) {
    const at = 32 + index * 16;
    const body = Buffer.alloc(Math.ceil((blob.length + 28) / 16) * 16);
    body.write("BlbS");
    body.writeUInt32LE(index + 1, 4);
    body.writeUInt32LE(blob.length, 12);
    blob.copy(body, 16);
    slots.writeUInt32LE(index + 1, at + 4);
    slots.writeUInt32LE(block, at + 8);
    slots.writeUInt32LE(body.length / 16, at + 12);
    bodies.push(body);
    block += body.length / 16;
  }
  return Buffer.concat([slots, ...bodies]);
}

function lengthOf(count: number): Buffer {
  const bytes: number[] = [];
  for (let left = count; ; left >>>= 7) {
    bytes.push(left > 127 ? (left & 127) | 128 : left);
    if (left <= 127) return Buffer.from(bytes);
  }
}
