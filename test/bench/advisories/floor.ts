import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";

/** The least that any import does: unpack every record and parse it. Trusts the archives, keeps nothing. */
export function readAndParse(folder: string): number {
  let records = 0;
  for (const name of globSync("*/all.zip", { cwd: folder })) {
    const zip = readFileSync(join(folder, name));
    const end = zip.lastIndexOf("PK\x05\x06", undefined, "latin1");
    let at = zip.readUInt32LE(end + 16);
    for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
      const [size, offset] = [zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 42)];
      const start = offset + 30 + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28);
      JSON.parse(inflateRawSync(zip.subarray(start, start + size)).toString("utf8"));
      at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
      records += 1;
    }
  }
  return records;
}
