import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type BundleReport, importBundle, readPublicKey } from "@tidewaiter/advisories";
import { BrokerError } from "@tidewaiter/runtime";
import type { ServerSettings } from "../config.ts";

/** Takes a bundle of `tidewaiter db export` as it arrives; its signature is asked for when a public key is set. */
export type ImportUpload = (bundle: Readable, isForced: boolean, signal: AbortSignal) => Promise<BundleReport>;

export function createImportUpload(settings: ServerSettings, path: string): ImportUpload {
  const key = settings.TIDEWAITER_ADVISORY_PUBLIC_KEY;
  const maxBytes = settings.TIDEWAITER_ADVISORY_MAX_DOWNLOAD_BYTES;
  return async (bundle, isForced, signal) => {
    const draft = `${path}.upload-${randomUUID()}`;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    try {
      await pipeline(bundle, limit(maxBytes), createWriteStream(draft, { mode: 0o600 }), { signal });
      return await importBundle(draft, path, {
        isForced: isForced || settings.TIDEWAITER_ADVISORY_FORCE,
        signal,
        ...(key && { publicKey: readPublicKey(key) }),
      });
    } finally {
      await rm(draft, { force: true });
    }
  };
}

function limit(maxBytes: number) {
  return async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let size = 0;
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > maxBytes) throw new BrokerError("PAYLOAD_TOO_LARGE", `the bundle is larger than ${maxBytes} bytes`);
      yield chunk;
    }
  };
}
