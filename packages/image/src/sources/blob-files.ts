import { createReadStream } from "node:fs";
import { open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { BrokerError, systemCode } from "@tidewaiter/runtime";
import { normalizePath } from "../layer/paths.ts";
import { type BlobPlace, unreadable } from "./blob-place.ts";
import { indexTar, type TarIndex } from "./tar-index.ts";

/** Named files of a folder or of a tar that is read by position; nothing is unpacked. */
export interface BlobFiles {
  /** @throws {BrokerError} ARCHIVE_INVALID when it is missing or larger than `maxBytes`. */
  read(name: string, maxBytes: number): Promise<Buffer>;
  open(name: string): Promise<Readable>;
  /** For whoever reads the file by itself. @throws {BrokerError} ARCHIVE_INVALID when it is missing. */
  place(name: string): Promise<BlobPlace>;
  /** Undefined when there is no such file. */
  size(name: string): Promise<number | undefined>;
}

const CHUNK_BYTES = 256 * 1024;

/** Files of a folder. */
export function folderFiles(folder: string): BlobFiles {
  const path = (name: string): string => join(folder, normalizePath(name));
  const size = async (name: string): Promise<number | undefined> => {
    try {
      const found = await stat(path(name));
      return found.isFile() ? found.size : undefined;
    } catch (error) {
      if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return undefined;
      throw unreadable(folder, error);
    }
  };
  const place = async (name: string): Promise<BlobPlace> => ({
    path: path(name),
    offset: 0,
    size: checkSize(folder, name, await size(name)),
  });
  return {
    size,
    read: async (name, maxBytes) => {
      checkSize(folder, name, await size(name), maxBytes);
      return readFile(path(name));
    },
    place,
    open: async (name) => openPlace(await place(name)),
  };
}

/**
 * Files of a tar archive: its headers are walked once, bodies are read where they lie.
 *
 * @throws {BrokerError} ARCHIVE_INVALID when the file is no tar, is compressed as a whole or cut off.
 */
export async function tarFiles(path: string, signal?: AbortSignal): Promise<BlobFiles> {
  const index = await indexFile(path, signal);
  const place = (name: string, maxBytes?: number): BlobPlace => {
    const found = index.find(name);
    return { path, offset: found?.offset ?? 0, size: checkSize(path, name, found?.size, maxBytes) };
  };
  return {
    size: async (name) => index.find(name)?.size,
    place: async (name) => place(name),
    open: async (name) => openPlace(place(name)),
    read: async (name, maxBytes) => {
      const { offset, size } = place(name, maxBytes);
      await using handle = await open(path);
      const bytes = Buffer.alloc(size);
      await handle.read(bytes, 0, size, offset);
      return bytes;
    },
  };
}

async function indexFile(path: string, signal?: AbortSignal): Promise<TarIndex> {
  try {
    await using handle = await open(path);
    return await indexTar(handle, path, signal);
  } catch (error) {
    if (error instanceof BrokerError) throw error;
    throw unreadable(path, error);
  }
}

function openPlace({ path, offset, size }: BlobPlace): Readable {
  if (size === 0) return Readable.from([]);
  return createReadStream(path, { start: offset, end: offset + size - 1, highWaterMark: CHUNK_BYTES });
}

function checkSize(where: string, name: string, size: number | undefined, maxBytes = Number.POSITIVE_INFINITY): number {
  if (size === undefined) throw new BrokerError("ARCHIVE_INVALID", `${where} has no ${name}`);
  if (size > maxBytes) throw new BrokerError("ARCHIVE_INVALID", `${name} in ${where} is larger than ${maxBytes} bytes`);
  return size;
}
