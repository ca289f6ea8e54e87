import { zstdCompressSync, zstdDecompressSync } from "node:zlib";

/** JSON as the store keeps it: zstd. */
export function pack(value: unknown): Uint8Array {
  return zstdCompressSync(Buffer.from(JSON.stringify(value)));
}

/** What `pack` made. Our own writes are trusted to have the type. */
export function unpack<T>(bytes: Uint8Array): T {
  return JSON.parse(zstdDecompressSync(bytes).toString("utf8")) as T;
}
