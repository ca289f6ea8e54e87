import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { Descriptor } from "@tidewaiter/oci";
import { MEDIA_TYPES } from "@tidewaiter/oci";
import { buildTar } from "../../support/built-image.ts";

const MIB = 1024 * 1024;
const BLOCK = 512;

/** A layer far larger than memory should be: made anew for each reader. */
export interface GeneratedLayer {
  readonly descriptor: Descriptor;
  readonly diffId: string;
  open(): Readable;
}

/**
 * An uncompressed tar: a package database, then files of `fileMiB` that no detector wants, of bytes that do not repeat
 * within a file's block.
 */
export async function generateLayer(
  seed: number,
  files: number,
  fileMiB: number,
  head: Readonly<Record<string, string>>,
): Promise<GeneratedLayer> {
  const start = withoutEnd(await buildTar(head));
  const body = fillBlock(seed);
  const open = (): Readable => Readable.from(chunks(start, body, seed, files, fileMiB), { objectMode: false });
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of open()) {
    hash.update(chunk as Buffer);
    size += (chunk as Buffer).byteLength;
  }
  const digest = `sha256:${hash.digest("hex")}`;
  return { descriptor: { mediaType: MEDIA_TYPES.ociLayer, digest, size }, diffId: digest, open };
}

function* chunks(start: Buffer, body: Buffer, seed: number, files: number, fileMiB: number): Generator<Buffer> {
  yield start;
  for (let index = 0; index < files; index += 1) {
    yield tarHeader(`opt/data/${seed}-${index}.bin`, fileMiB * MIB);
    for (let part = 0; part < fileMiB; part += 1) yield body;
  }
  yield Buffer.alloc(2 * BLOCK);
}

function withoutEnd(tar: Buffer): Buffer {
  let end = tar.byteLength;
  while (end >= BLOCK && tar.subarray(end - BLOCK, end).every((byte) => byte === 0)) end -= BLOCK;
  return tar.subarray(0, end);
}

function fillBlock(seed: number): Buffer {
  const block = Buffer.alloc(MIB);
  for (let at = 0; at < MIB; at += 32) createHash("sha256").update(`${seed} ${at}`).digest().copy(block, at);
  return block;
}

/** A ustar header (POSIX.1-1988) of a plain file. */
export function tarHeader(name: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, 100, "utf8");
  block.write("0000644\0", 100);
  block.write("0000000\0", 108);
  block.write("0000000\0", 116);
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  block.write("00000000000\0", 136);
  block.fill(" ", 148, 156);
  block.write("0", 156);
  block.write("ustar\0", 257);
  block.write("00", 263);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}
