import type { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { systemCode } from "@tidewaiter/runtime";
import { createStepUnpacker, type StepUnpacker } from "./step-unpacker.ts";
import { corrupt } from "./tar-header.ts";
import { ZstdFrames } from "./zstd-frames.ts";

export type Compression = "gzip" | "zstd" | "none";

/** Half as fast with the 16 KB that Node takes by default; larger ones leave more to the garbage collector. */
const CHUNK_BYTES = 128 * 1024;

/**
 * How stored bytes are packed, from their first four. The media type is not asked: pushers get it wrong, and every
 * engine looks at the bytes.
 */
export function compressionOf(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  const isFrame = head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd;
  const isSkippable = ((head[0] ?? 0) & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18;
  return isFrame || isSkippable ? "zstd" : "none";
}

export interface DecompressOptions {
  readonly signal?: AbortSignal;
  /** True in a thread that has nothing else to do: then unpacking need not make way for others. */
  readonly mayBlock?: boolean;
}

/**
 * The unpacked bytes of a stored layer. Several gzip members or zstd frames, one after another, are one stream. Each
 * piece is lent until the next is asked for. All stored bytes are read, also those behind the end of the packed data.
 *
 * @throws {BrokerError} LAYER_CORRUPT when the packed data is damaged or cut off.
 */
export async function* decompress(
  stored: AsyncIterable<Buffer>,
  options: DecompressOptions = {},
): AsyncGenerator<Buffer> {
  const chunks = stored[Symbol.asyncIterator]();
  try {
    const head = await readHead(chunks, 4);
    const compression = compressionOf(head);
    const all = rejoin(head, chunks);
    if (compression === "none") yield* all;
    else yield* unpack(compression === "zstd" ? cutFrames(all) : all, compression, options);
    for (let next = await chunks.next(); !next.done; next = await chunks.next());
  } finally {
    await chunks.return?.();
  }
}

function unpack(
  packed: AsyncIterable<Buffer>,
  compression: "gzip" | "zstd",
  { signal, mayBlock }: DecompressOptions,
): AsyncGenerator<Buffer> {
  const inSteps = mayBlock ? createStepUnpacker(compression) : undefined;
  if (inSteps) return unpackInSteps(packed, inSteps);
  const create = compression === "gzip" ? createGunzip : createZstdDecompress;
  return unpackInFlow(packed, create({ chunkSize: CHUNK_BYTES }), signal);
}

async function* unpackInSteps(packed: AsyncIterable<Buffer>, unpacker: StepUnpacker): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of packed) yield* unpacker.push(chunk);
    yield* unpacker.end();
  } catch (error) {
    throw translate(error);
  } finally {
    unpacker.close();
  }
}

async function* unpackInFlow(
  packed: AsyncIterable<Buffer>,
  unpacker: Transform,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  // The source's own error reaches the reader through the pipeline; the promise only repeats it.
  let failure: unknown;
  const flow = pipeline(packed, unpacker, { signal }).catch((error: unknown) => {
    failure = error;
  });
  try {
    yield* unpacker as AsyncIterable<Buffer>;
  } catch (error) {
    await flow;
    throw translate(failure ?? error);
  } finally {
    unpacker.destroy();
    await flow;
  }
}

/** zlib's own errors mean a damaged layer; what the source threw is passed on. */
function translate(error: unknown): unknown {
  const code = systemCode(error) ?? "";
  return /^(Z_|ZSTD_|ERR_ZLIB)/.test(code) ? corrupt(`the layer cannot be unpacked (${code})`, error) : error;
}

async function* cutFrames(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const frames = new ZstdFrames();
  for await (const chunk of packed) yield* frames.split(chunk);
  frames.end();
}

async function* rejoin(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

async function readHead(chunks: AsyncIterator<Buffer>, count: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  while (length < count) {
    const { done, value } = await chunks.next();
    if (done) break;
    parts.push(value);
    length += value.length;
  }
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
}
