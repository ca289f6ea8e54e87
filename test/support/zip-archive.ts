import { crc32, deflateRawSync } from "node:zlib";

/** A zip of the files: packed, except where the name is in `stored` (nested archives of executable jars are). */
export function buildZip(files: Readonly<Record<string, string | Uint8Array>>, stored: readonly string[] = []): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    const method = stored.includes(name) ? 0 : 8;
    const packed = method === 0 ? bytes : deflateRawSync(bytes);
    const common = commonFields(method, bytes, packed, name);
    const local = Buffer.concat([Buffer.from("504b0304", "hex"), common, Buffer.alloc(2), Buffer.from(name), packed]);
    const central = Buffer.alloc(46 - 4 - 2 - common.length);
    central.writeUInt32LE(offset, central.length - 4);
    directory.push(Buffer.from("504b01021400", "hex"), common, central, Buffer.from(name));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(locals.length, 8);
  end.writeUInt16LE(locals.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

/** From "version needed" to the length of the name, as local header and directory share them (APPNOTE 4.3.7). */
function commonFields(method: number, bytes: Buffer, packed: Buffer, name: string): Buffer {
  const fields = Buffer.alloc(24);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(method, 4);
  fields.writeUInt32LE(crc32(bytes), 10);
  fields.writeUInt32LE(packed.length, 14);
  fields.writeUInt32LE(bytes.length, 18);
  fields.writeUInt16LE(Buffer.byteLength(name), 22);
  return fields;
}
