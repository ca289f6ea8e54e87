import { createHash } from "node:crypto";
import { get } from "node:http";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** The least that any scanner must do with a layer: fetch it, hash it, unpack it, hash that. Two at once, like the agent. */
const [base = "", ...digests] = process.argv.slice(2);
const queue = [...digests];

async function work(): Promise<void> {
  for (let digest = queue.shift(); digest !== undefined; digest = queue.shift()) {
    const body = await new Promise<Readable>((resolve, reject) => {
      get(`${base}/v2/fleet/app-0/blobs/${digest}`, resolve).once("error", reject);
    });
    const [packed, raw, unpack] = [createHash("sha256"), createHash("sha256"), createGunzip({ chunkSize: 256 * 1024 })];
    body.on("data", (chunk: Buffer) => packed.update(chunk));
    body.pipe(unpack);
    for await (const chunk of unpack) raw.update(chunk as Buffer);
    raw.digest();
    if (`sha256:${packed.digest("hex")}` !== digest) throw new Error(`damaged: ${digest}`);
  }
}

await Promise.all([work(), work()]);
