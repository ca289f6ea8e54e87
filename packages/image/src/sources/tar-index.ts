import type { FileHandle } from "node:fs/promises";
import { BrokerError, toBrokerError } from "@tidewaiter/runtime";
import { compressionOf } from "../layer/decompress.ts";
import { normalizePath } from "../layer/paths.ts";
import { BLOCK } from "../layer/tar-header.ts";
import { TarWalk } from "../layer/tar-walk.ts";
import { resolvePath } from "../overlay/links.ts";

/** Where the files of a tar lie. */
export interface TarIndex {
  find(name: string): { readonly offset: number; readonly size: number } | undefined;
}

const MAX_ENTRIES = 100_000;
/** Headers lie close together where bodies are small; larger ones are jumped over. */
const WINDOW_BYTES = 64 * 1024;

/** @throws {BrokerError} ARCHIVE_INVALID */
export async function indexTar(handle: FileHandle, path: string, signal?: AbortSignal): Promise<TarIndex> {
  const files = new Map<string, { offset: number; size: number }>();
  const links = new Map<string, { target: string }>();
  let position = 0;
  const walk = new TarWalk((entry) => {
    if (entry.kind === "file") files.set(entry.path, { offset: position + BLOCK, size: entry.sizeBytes });
    if (entry.kind === "symlink") links.set(entry.path, { target: entry.linkName });
    if (entry.kind === "hardlink") links.set(entry.path, { target: `/${entry.linkName}` });
    return undefined;
  }, MAX_ENTRIES);
  const { size } = await handle.stat();
  const window = new FileWindow(handle);
  assertPlain(await window.block(0), path);
  try {
    while (position < size && !walk.isAtEnd) {
      signal?.throwIfAborted();
      walk.push(await window.block(position));
      position += BLOCK + walk.takeSkip();
    }
    if (position > size) throw new BrokerError("ARCHIVE_INVALID", `${path} is cut off`);
    walk.end();
  } catch (error) {
    throw asInvalid(path, error);
  }
  return { find: (name) => files.get(resolvePath(normalizePath(name), links) ?? name) };
}

/** Reads ahead a little, since headers often follow one another. */
class FileWindow {
  readonly #handle: FileHandle;
  #start = 0;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async block(position: number): Promise<Buffer> {
    const at = position - this.#start;
    if (at >= 0 && at + BLOCK <= this.#bytes.length) return this.#bytes.subarray(at, at + BLOCK);
    const buffer = Buffer.alloc(WINDOW_BYTES);
    const { bytesRead } = await this.#handle.read(buffer, 0, WINDOW_BYTES, position);
    this.#start = position;
    this.#bytes = buffer.subarray(0, bytesRead);
    return this.#bytes.subarray(0, BLOCK);
  }
}

function assertPlain(head: Buffer, path: string): void {
  const compression = compressionOf(head);
  if (compression === "none") return;
  throw new BrokerError("ARCHIVE_INVALID", `${path} is packed with ${compression} as a whole`, {
    likely: "the archive was compressed after it was saved, so its parts cannot be found by position",
    action: "unpack it first (gunzip or zstd -d)",
  });
}

function asInvalid(path: string, thrown: unknown): unknown {
  const error = toBrokerError(thrown);
  if (error.code !== "LAYER_CORRUPT" && error.code !== "LIMIT_EXCEEDED") return thrown;
  return new BrokerError("ARCHIVE_INVALID", `${path}: ${error.message}`, { cause: thrown });
}
