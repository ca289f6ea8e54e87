import type { PackageType } from "@tidewaiter/inventory";
import { type Detection, type Detector, type FoundPackage, MB, NOTHING } from "./detector.ts";
import { asObject, asText, parseJson } from "./json.ts";

/** The note's owner and the first character of its text. */
const MARK = Buffer.from("FDO\0{", "latin1");
const NOTE_TYPE = 0xcafe1a7e;
/** Lengths of owner and text, then the type, before the owner. */
const HEADER_BYTES = 12;
const MAX_TEXT_BYTES = 16 * 1024;
const MAX_LOOKS = 16;

const TYPES: Readonly<Record<string, PackageType>> = { deb: "deb", rpm: "rpm", apk: "apk", alpm: "alpm", arch: "alpm" };

/**
 * What the distributor wrote into a program or library: a JSON note, so that a file is known without the package data
 * base that it came with (UAPI group, "Package Metadata for Executable Files").
 */
export const elfNote: Detector = {
  id: "elf-note",
  wants: {
    magic: [Uint8Array.of(0x7f, 0x45, 0x4c, 0x46)],
    needles: () => [{ bytes: MARK, before: HEADER_BYTES, after: MAX_TEXT_BYTES }],
    maxBytes: 512 * MB,
  },
  parse({ bytes }): Detection {
    let at = bytes.indexOf(MARK);
    for (let look = 0; at >= 0 && look < MAX_LOOKS; look += 1, at = bytes.indexOf(MARK, at + 1)) {
      const text = noteText(bytes, at);
      if (text) return { packages: toPackages(text), problems: [] };
    }
    return NOTHING;
  },
};

/** The text behind an owner at `at`, in either byte order; undefined where the owner is not that of such a note. */
function noteText(bytes: Buffer, at: number): Buffer | undefined {
  if (at < HEADER_BYTES) return undefined;
  const isLittle = bytes.readUInt32LE(at - 4) === NOTE_TYPE;
  if (!isLittle && bytes.readUInt32BE(at - 4) !== NOTE_TYPE) return undefined;
  const length = isLittle ? bytes.readUInt32LE(at - 8) : bytes.readUInt32BE(at - 8);
  const start = at + 4;
  if (length > MAX_TEXT_BYTES || start + length > bytes.length) throw new RangeError("a package note that is cut off");
  const padding = bytes.subarray(start, start + length).indexOf(0);
  return bytes.subarray(start, start + (padding < 0 ? length : padding));
}

function toPackages(text: Buffer): FoundPackage[] {
  const note = asObject(parseJson(text));
  const [name, version] = [asText(note?.name), asText(note?.version)];
  if (!name || !version) return [];
  const [type, architecture] = [TYPES[asText(note?.type) ?? ""] ?? "generic", asText(note?.architecture)];
  const [os, osVersion] = [asText(note?.os), asText(note?.osVersion)];
  return [
    {
      type,
      name: name.slice(0, 256),
      version: version.slice(0, 128),
      ...(os && { namespace: os.toLowerCase().slice(0, 64) }),
      ...(architecture && { architecture: architecture.slice(0, 64) }),
      ...(os &&
        osVersion &&
        type !== "generic" && { qualifiers: { distro: `${os.toLowerCase()}-${osVersion}`.slice(0, 128) } }),
    },
  ];
}
