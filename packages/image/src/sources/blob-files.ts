import { createReadStream } from "node:fs";
import { open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { BrokerError, systemCode } from "@tidewaiter/runtime";
import { normalizePath } from "../layer/paths.ts";
import { indexTar, type TarIndex } from "./tar-index.ts";

/** Named files of a folder or of a tar that is read by position; nothing is unpacked. */
export interface BlobFiles {
  /** @throws {BrokerError} ARCHIVE_INVALID when it is missing or larger than `maxBytes`. */
  read(name: string, maxBytes: number): Promise<Buffer>;
  open(name: string): Promise<Readable>;
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
  return {
    size,
    read: async (name, maxBytes) => {
      assertSize(folder, name, await size(name), maxBytes);
      return readFile(path(name));
    },
    open: async (name) => {
      assertSize(folder, name, await size(name), Number.POSITIVE_INFINITY);
      return createReadStream(path(name), { highWaterMark: CHUNK_BYTES });
    },
  };
}

/**
 * Files of a tar archive: its headers are walked once, bodies are read where they lie.
 *
 * @throws {BrokerError} ARCHIVE_INVALID when the file is no tar, is compressed as a whole or cut off.
 */
export async function tarFiles(path: string, signal?: AbortSignal): Promise<BlobFiles> {
  const index = await indexFile(path, signal);
  const place = (name: string, maxBytes: number): { offset: number; size: number } => {
    const found = index.find(name);
    assertSize(path, name, found?.size, maxBytes);
    return found ?? { offset: 0, size: 0 };
  };
  const stream = ({ offset, size }: { offset: number; size: number }): Readable => {
    if (size === 0) return Readable.from([]);
    return createReadStream(path, { start: offset, end: offset + size - 1, highWaterMark: CHUNK_BYTES });
  };
  return {
    size: async (name) => index.find(name)?.size,
    open: async (name) => stream(place(name, Number.POSITIVE_INFINITY)),
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

function unreadable(path: string, cause: unknown): BrokerError {
  const code = systemCode(cause) ?? "unreadable";
  return new BrokerError("ARCHIVE_INVALID", `${path} cannot be read (${code})`, {
    cause,
    likely: code === "ENOENT" ? "the path is mistyped" : "it is no file, or this user may not read it",
    action: "check the path and its rights",
  });
}

function assertSize(where: string, name: string, size: number | undefined, maxBytes: number): void {
  if (size === undefined) throw new BrokerError("ARCHIVE_INVALID", `${where} has no ${name}`);
  if (size > maxBytes) throw new BrokerError("ARCHIVE_INVALID", `${name} in ${where} is larger than ${maxBytes} bytes`);
}
