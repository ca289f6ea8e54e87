import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { BrokerError } from "@tidewaiter/runtime";
import tar from "tar-stream";

/** Bounds for an archive from outside. */
const MAX_ENTRIES = 100_000;
const MAX_BYTES = 16 * 1024 * 1024 * 1024;

/**
 * Unpacks a tar (plain, gzipped or zstd) of bucket-shaped data into a folder, in place of what was there. Only plain
 * files with plain relative names are taken; anything else refuses the archive.
 *
 * @throws {BrokerError} ADVISORIES_INVALID or ADVISORIES_MISSING.
 */
export async function unpackArchive(path: string, folder: string, signal?: AbortSignal): Promise<string> {
  const draft = `${folder}.new-${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  try {
    await extract(path, draft, signal);
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (error instanceof BrokerError) throw error;
    signal?.throwIfAborted();
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw new BrokerError(
      isMissing ? "ADVISORIES_MISSING" : "ADVISORIES_INVALID",
      `${path} ${isMissing ? "does not exist" : "is no tar archive"}`,
      { cause: error },
    );
  }
  return folder;
}

/** When one side fails the other is stopped too: neither ends by itself when its partner is gone. */
async function extract(path: string, folder: string, signal: AbortSignal | undefined): Promise<void> {
  await mkdir(folder, { recursive: true });
  const unpacked = tar.extract();
  const failed = new AbortController();
  const both = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const stopOther = (error: unknown): never => {
    failed.abort(error);
    throw error;
  };
  const results = await Promise.allSettled([
    storeEntries(unpacked, folder, both).catch(stopOther),
    feed(path, unpacked, both).catch(stopOther),
  ]);
  signal?.throwIfAborted();
  if (failed.signal.aborted) throw failed.signal.reason;
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

async function storeEntries(unpacked: tar.Extract, folder: string, signal: AbortSignal): Promise<void> {
  let [entries, bytes] = [0, 0];
  try {
    for await (const entry of unpacked) {
      const { name, type, size = 0 } = entry.header;
      entries += 1;
      bytes += size;
      if (entries > MAX_ENTRIES || bytes > MAX_BYTES) {
        throw new BrokerError("ADVISORIES_INVALID", "the archive is too large");
      }
      if (type === "directory") {
        entry.resume();
        continue;
      }
      const target = join(folder, safeName(name, type));
      await mkdir(dirname(target), { recursive: true });
      await pipeline(entry, createWriteStream(target, { flags: "wx" }), { signal });
    }
  } finally {
    unpacked.destroy();
  }
}

function feed(path: string, target: NodeJS.WritableStream, signal: AbortSignal): Promise<void> {
  const file = createReadStream(path);
  if (path.endsWith(".gz")) return pipeline(file, createGunzip(), target, { signal });
  if (path.endsWith(".zst")) return pipeline(file, createZstdDecompress(), target, { signal });
  return pipeline(file, target, { signal });
}

/** Names that stay inside the folder, of a shape that the bucket has. */
function safeName(name: string, type: string | null | undefined): string {
  const plain = name.replace(/^\.\//, "");
  const parts = plain.split("/");
  const isPlain = parts.length <= 4 && parts.every((part) => /^[\w][\w .+:-]*$/.test(part) && part !== "..");
  if (type === "file" && isPlain) return plain;
  throw new BrokerError("ADVISORIES_INVALID", "the archive holds an entry that does not belong into advisory data");
}
