import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";

const CHUNK_BYTES = 256 * 1024;

/** The least that a verified scan can do with one layer: read, sha256, gunzip, sha256, and a walk of the tar's headers. */
export async function walkLayer(
  source: Readable,
): Promise<{ entries: number; bytes: number; digest: string; diffId: string }> {
  const [stored, unpacked] = [createHash("sha256"), createHash("sha256")];
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  source.on("data", (chunk) => stored.update(chunk));
  source.pipe(gunzip);
  const walk = new HeaderWalk();
  let bytes = 0;
  for await (const chunk of gunzip as AsyncIterable<Buffer>) {
    unpacked.update(chunk);
    walk.push(chunk);
    bytes += chunk.length;
  }
  return { entries: walk.entries, bytes, digest: stored.digest("hex"), diffId: unpacked.digest("hex") };
}

/** Counts headers and jumps over bodies; nothing is kept. */
class HeaderWalk {
  entries = 0;
  #skip = 0;
  #part = Buffer.alloc(0);

  push(chunk: Buffer): void {
    let at = Math.min(this.#skip, chunk.length);
    this.#skip -= at;
    while (at < chunk.length) {
      const needed = 512 - this.#part.length;
      const head =
        this.#part.length > 0
          ? Buffer.concat([this.#part, chunk.subarray(at, at + needed)])
          : chunk.subarray(at, at + 512);
      at += Math.min(needed, chunk.length - at);
      if (head.length < 512) {
        this.#part = Buffer.from(head);
        return;
      }
      this.#part = Buffer.alloc(0);
      const size = head[0] === 0 ? 0 : Number.parseInt(head.toString("latin1", 124, 135), 8) || 0;
      if (head[0] !== 0) this.entries += 1;
      this.#skip = Math.ceil(size / 512) * 512;
      const jump = Math.min(this.#skip, chunk.length - at);
      at += jump;
      this.#skip -= jump;
    }
  }
}
