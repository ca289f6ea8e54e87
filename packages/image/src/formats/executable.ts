/** First bytes of programs: ELF, PE, and Mach-O in both widths, byte orders and as a universal file. */
export const EXECUTABLE_MAGIC: readonly Uint8Array[] = [
  Uint8Array.of(0x7f, 0x45, 0x4c, 0x46),
  Uint8Array.of(0x4d, 0x5a),
  Uint8Array.of(0xcf, 0xfa, 0xed, 0xfe),
  Uint8Array.of(0xce, 0xfa, 0xed, 0xfe),
  Uint8Array.of(0xca, 0xfe, 0xba, 0xbe),
];

/** True for a file that begins as a program does. */
export function isExecutable(bytes: Buffer): boolean {
  return EXECUTABLE_MAGIC.some((magic) => magic.every((byte, at) => bytes[at] === byte));
}

const MAX_SECTIONS = 10_000;

/**
 * The bytes of a named section of an ELF, PE or 64-bit Mach-O program; undefined when it has none of that name.
 *
 * @throws {RangeError} when a table points outside the file.
 */
export function findSection(bytes: Buffer, name: string): Buffer | undefined {
  if (bytes.length < 64) return undefined;
  const magic = bytes.readUInt32BE(0);
  if (magic === 0x7f454c46) return elfSection(bytes, name);
  if (magic === 0xcffaedfe) return machoSection(bytes, name);
  return magic >>> 16 === 0x4d5a ? peSection(bytes, name) : undefined;
}

function elfSection(bytes: Buffer, name: string): Buffer | undefined {
  const [is64, isLittle] = [bytes[4] === 2, bytes[5] === 1];
  const u16 = (at: number): number => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const u32 = (at: number): number => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const word = (at: number): number => {
    if (!is64) return u32(at);
    return Number(isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  };
  const [table, rowBytes] = [word(is64 ? 40 : 32), u16(is64 ? 58 : 46)];
  const [count, namesAt] = [u16(is64 ? 60 : 48), u16(is64 ? 62 : 50)];
  if (table === 0 || rowBytes < (is64 ? 64 : 40)) return undefined;
  const place = (row: number): { offset: number; size: number } => {
    const at = table + row * rowBytes;
    return is64 ? { offset: word(at + 24), size: word(at + 32) } : { offset: u32(at + 16), size: u32(at + 20) };
  };
  const names = slice(bytes, place(namesAt));
  for (let row = 0; row < Math.min(count, MAX_SECTIONS); row += 1) {
    if (textAt(names, u32(table + row * rowBytes)) === name) return slice(bytes, place(row));
  }
  return undefined;
}

function peSection(bytes: Buffer, name: string): Buffer | undefined {
  const header = bytes.readUInt32LE(60);
  if (header + 24 > bytes.length || bytes.readUInt32LE(header) !== 0x4550) return undefined;
  const [count, optionalBytes] = [bytes.readUInt16LE(header + 6), bytes.readUInt16LE(header + 20)];
  for (let row = 0; row < Math.min(count, MAX_SECTIONS); row += 1) {
    const at = header + 24 + optionalBytes + row * 40;
    if (textAt(bytes.subarray(at, at + 8), 0) !== name) continue;
    return slice(bytes, { offset: bytes.readUInt32LE(at + 20), size: bytes.readUInt32LE(at + 16) });
  }
  return undefined;
}

function machoSection(bytes: Buffer, name: string): Buffer | undefined {
  const SEGMENT_64 = 0x19;
  let at = 32;
  for (let command = 0; command < Math.min(bytes.readUInt32LE(16), MAX_SECTIONS); command += 1) {
    const [kind, length] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
    if (length < 8) throw new RangeError("a Mach-O program with a damaged command");
    const sections = kind === SEGMENT_64 ? Math.min(bytes.readUInt32LE(at + 64), MAX_SECTIONS) : 0;
    for (let row = 0; row < sections; row += 1) {
      const section = at + 72 + row * 80;
      if (textAt(bytes.subarray(section, section + 16), 0) !== name) continue;
      return slice(bytes, {
        offset: bytes.readUInt32LE(section + 48),
        size: Number(bytes.readBigUInt64LE(section + 40)),
      });
    }
    at += length;
  }
  return undefined;
}

function slice(bytes: Buffer, { offset, size }: { offset: number; size: number }): Buffer {
  if (!(offset >= 0 && size >= 0 && offset + size <= bytes.length)) throw new RangeError("a section outside its file");
  return bytes.subarray(offset, offset + size);
}

function textAt(bytes: Buffer, start: number): string {
  const end = bytes.indexOf(0, start);
  return bytes.toString("latin1", start, end < 0 ? bytes.length : end);
}
