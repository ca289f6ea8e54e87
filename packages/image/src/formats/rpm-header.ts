import type { FoundPackage } from "../detectors/detector.ts";
import { isOwnable } from "../detectors/ownable.ts";

/** Tags that are read (rpm, lib/rpmtag.h). */
const TAG = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  vendor: 1011,
  license: 1014,
  arch: 1022,
  sourceRpm: 1044,
  requires: 1049,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
  module: 5096,
} as const;
const WANTED: ReadonlySet<number> = new Set(Object.values(TAG));
const INT32 = 4;
const STRINGS: ReadonlySet<number> = new Set([6, 8, 9]);
const MAX_VALUES = 1_000_000;

type Values = ReadonlyMap<number, readonly (string | number)[]>;

/**
 * One package from a header as the data bases store it: counts, 16-byte index entries, data, all big-endian.
 * Undefined for public keys, which share the data base with packages.
 *
 * @throws {RangeError} when the header is damaged.
 */
export function parseRpmHeader(blob: Buffer): FoundPackage | undefined {
  const values = readValues(blob);
  const [name, version, release] = [text(values, TAG.name), text(values, TAG.version), text(values, TAG.release)];
  if (name === "gpg-pubkey") return undefined;
  if (!name || !version) throw new RangeError("an rpm header without name or version");
  const [vendor, license, module] = [text(values, TAG.vendor), text(values, TAG.license), text(values, TAG.module)];
  const architecture = text(values, TAG.arch);
  const source = parseSourceRpm(text(values, TAG.sourceRpm));
  return {
    type: "rpm",
    name,
    version: withEpoch(values.get(TAG.epoch)?.[0], release ? `${version}-${release}` : version),
    ...(architecture && { architecture }),
    ...(source && { source }),
    ...(module && { module: module.slice(0, 256) }),
    ...(vendor && { vendor: vendor.slice(0, 256) }),
    ...(license && { licenses: [license.slice(0, 512)] }),
    dependsOn: requiredNames(values),
    owns: ownedFiles(values),
  };
}

/** `name-version-release.src.rpm`; the last two dashes part it. */
export function parseSourceRpm(file: string | undefined): { name: string; version: string } | undefined {
  const match = file?.match(/^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/);
  return match?.[1] && match[2] ? { name: match[1], version: match[2] } : undefined;
}

function withEpoch(epoch: string | number | undefined, version: string): string {
  return epoch ? `${epoch}:${version}` : version;
}

/** Requirements on files, sonames and rpm's own features name no package. */
function requiredNames(values: Values): string[] {
  const names = (values.get(TAG.requires) ?? []).map(String).filter((name) => !/[/(]|\.so(\.|$)/.test(name));
  return [...new Set(names)];
}

function ownedFiles(values: Values): string[] {
  const [names, folders] = [values.get(TAG.baseNames) ?? [], values.get(TAG.dirNames) ?? []];
  const indexes = values.get(TAG.dirIndexes) ?? [];
  return names.map((name, at) => `${folders[Number(indexes[at])] ?? ""}${name}`.slice(1)).filter(isOwnable);
}

function text(values: Values, tag: number): string | undefined {
  const value = values.get(tag)?.[0];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function readValues(blob: Buffer): Values {
  const [entries, dataBytes] = [blob.readUInt32BE(0), blob.readUInt32BE(4)];
  const dataAt = 8 + entries * 16;
  if (dataAt + dataBytes > blob.length) throw new RangeError("an rpm header that is cut off");
  const data = blob.subarray(dataAt, dataAt + dataBytes);
  const values = new Map<number, (string | number)[]>();
  for (let at = 8; at < dataAt; at += 16) {
    const [tag, type] = [blob.readInt32BE(at), blob.readUInt32BE(at + 4)];
    if (!WANTED.has(tag)) continue;
    const [offset, count] = [blob.readUInt32BE(at + 8), Math.min(blob.readUInt32BE(at + 12), MAX_VALUES)];
    if (type === INT32) values.set(tag, readNumbers(data, offset, count));
    else if (STRINGS.has(type)) values.set(tag, readStrings(data, offset, count));
  }
  return values;
}

function readNumbers(data: Buffer, offset: number, count: number): number[] {
  if (offset + count * 4 > data.length) throw new RangeError("an rpm header with a number outside its data");
  return Array.from({ length: count }, (_, index) => data.readUInt32BE(offset + index * 4));
}

function readStrings(data: Buffer, offset: number, count: number): string[] {
  const strings: string[] = [];
  let at = offset;
  while (strings.length < count) {
    const end = data.indexOf(0, at);
    if (end < 0) throw new RangeError("an rpm header with a text outside its data");
    strings.push(data.toString("utf8", at, end));
    at = end + 1;
  }
  return strings;
}
