import { findSection } from "./executable.ts";

const KEY = Buffer.from("VS_VERSION_INFO\0", "utf16le");
/** Length, length of the value and kind, before a node's key. */
const NODE_HEADER_BYTES = 6;
const MAX_DEPTH = 4;
const MAX_TEXTS = 200;
const MAX_LENGTH = 512;

interface Node {
  readonly key: string;
  readonly valueStart: number;
  readonly childrenStart: number;
  readonly end: number;
}

/**
 * The texts of a Windows program's version resource (`FileVersion`, `ProductName` ...); empty without one. Read as the
 * tree that it is (Windows, "VS_VERSIONINFO structure"), of which only nodes that lie within their parent count.
 *
 * @throws {RangeError} when the section lies outside the file.
 */
export function readPeVersion(bytes: Buffer): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const resources = findSection(bytes, ".rsrc");
  const at = resources?.indexOf(KEY) ?? -1;
  if (resources && at >= NODE_HEADER_BYTES) collect(resources, at - NODE_HEADER_BYTES, resources.length, 0, texts);
  return texts;
}

function collect(bytes: Buffer, start: number, limit: number, depth: number, texts: Map<string, string>): void {
  const node = readNode(bytes, start, limit);
  if (!node || depth > MAX_DEPTH) return;
  // Root, StringFileInfo, a table for each language, and its texts.
  if (depth === MAX_DEPTH - 1) {
    const text = bytes.toString("utf16le", node.valueStart, Math.min(node.end, node.valueStart + MAX_LENGTH));
    texts.set(node.key, text.split("\0")[0]?.trim() ?? "");
    return;
  }
  if (depth === 1 && node.key !== "StringFileInfo") return;
  let at = node.childrenStart;
  while (at < node.end && texts.size < MAX_TEXTS) {
    collect(bytes, at, node.end, depth + 1, texts);
    const length = at + 2 <= node.end ? bytes.readUInt16LE(at) : 0;
    if (length === 0) break;
    at = align(at + length);
  }
}

function readNode(bytes: Buffer, start: number, limit: number): Node | undefined {
  if (start + NODE_HEADER_BYTES > limit) return undefined;
  const [length, valueLength] = [bytes.readUInt16LE(start), bytes.readUInt16LE(start + 2)];
  const isText = bytes.readUInt16LE(start + 4) === 1;
  const end = Math.min(start + length, limit);
  const keyStart = start + NODE_HEADER_BYTES;
  let keyEnd = keyStart;
  while (keyEnd + 2 <= end && bytes.readUInt16LE(keyEnd) !== 0) keyEnd += 2;
  if (keyEnd + 2 > end) return undefined;
  const valueStart = align(keyEnd + 2);
  const childrenStart = align(valueStart + (isText ? valueLength * 2 : valueLength));
  return { key: bytes.toString("utf16le", keyStart, keyEnd), valueStart, childrenStart, end };
}

/** Nodes lie on 32-bit borders of the section, which begins on one. */
function align(at: number): number {
  return Math.ceil(at / 4) * 4;
}

const CLI_DIRECTORY = 14;

/** True for a program of the .NET runtime: it has a header of that in its table of directories (ECMA-335, II.25.2.3.3). */
export function isDotnetProgram(bytes: Buffer): boolean {
  const header = bytes.length >= 64 ? bytes.readUInt32LE(60) : Number.NaN;
  const optional = header + 24;
  if (!(optional + 2 <= bytes.length)) return false;
  const directories = optional + (bytes.readUInt16LE(optional) === 0x20b ? 112 : 96);
  const entry = directories + CLI_DIRECTORY * 8;
  return entry + 8 <= bytes.length && bytes.readUInt32LE(entry) !== 0;
}
