import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { BrokerError, type RetryPolicy, retry } from "@tidewaiter/runtime";
import type { Dispatcher } from "undici";
import { type Mark, readMark, sizeOf, writeMark } from "./download-mark.ts";
import { checkStatus, get, headerOf, type Response } from "./http-get.ts";

export interface DownloadOptions {
  readonly dispatcher: Dispatcher;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  readonly retryPolicy?: RetryPolicy;
  /** Told as bytes arrive; `total` is undefined while nobody knows. */
  readonly onBytes?: (done: number, total: number | undefined) => void;
}

/**
 * Fetches a file unless the one at `path` is still current. What was cut off goes on where it ended, as long as the other
 * side still has the same file; a checksum that the other side names is compared.
 *
 * @returns true when the file is new
 * @throws {BrokerError} ADVISORIES_INVALID for a checksum that differs or a file beyond the limit, UNAVAILABLE, TIMEOUT.
 */
export async function downloadFile(url: string, path: string, options: DownloadOptions): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  return await retry(() => attempt(url, path, options), { policy: options.retryPolicy, signal: options.signal });
}

async function attempt(url: string, path: string, options: DownloadOptions): Promise<boolean> {
  const part = `${path}.part`;
  const mark = await readMark(path, url);
  const offset = mark?.isComplete === false && mark.etag ? await sizeOf(part) : 0;
  const response = await get(url, requestHeaders(mark, offset), options);
  if (response.statusCode === 304) {
    await response.body.dump();
    return false;
  }
  const start = response.statusCode === 206 ? offset : 0;
  await checkStatus(url, response, options.maxBytes, start);
  const etag = headerOf(response, "etag");
  await writeMark(path, url, { etag, isComplete: false });
  await receive(response, part, start, options);
  await checkSum(part, response);
  await rename(part, path);
  await writeMark(path, url, { etag, isComplete: true });
  return true;
}

/** Only the same file may be continued, and only a complete one may be found unchanged. */
function requestHeaders(mark: Mark | undefined, offset: number): Record<string, string> {
  if (!mark?.etag) return {};
  if (mark.isComplete) return { "if-none-match": mark.etag };
  return offset > 0 ? { range: `bytes=${offset}-`, "if-range": mark.etag } : {};
}

async function receive(response: Response, part: string, start: number, options: DownloadOptions): Promise<void> {
  const { maxBytes, signal, onBytes } = options;
  const length = headerOf(response, "content-length");
  const total = length === undefined ? undefined : start + Number(length);
  let done = start;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      done += chunk.length;
      onBytes?.(done, total);
      next(
        done > maxBytes ? new BrokerError("ADVISORIES_INVALID", `the file is larger than ${maxBytes} bytes`) : null,
        chunk,
      );
    },
  });
  try {
    await pipeline(response.body, meter, createWriteStream(part, { flags: start > 0 ? "a" : "w" }), { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof BrokerError) throw error;
    throw new BrokerError("UNAVAILABLE", "the download was cut off", { cause: error });
  }
}

/** Google's storage names the MD5 of what it sends; others may send RFC 9530 digests. */
async function checkSum(part: string, response: Response): Promise<void> {
  const md5 = /md5=([A-Za-z0-9+/=]+)/.exec([response.headers["x-goog-hash"]].flat().join(","))?.[1];
  const sha256 = /sha-256=:([A-Za-z0-9+/=]+):/.exec(headerOf(response, "repr-digest") ?? "")?.[1];
  const [algorithm, wanted] = sha256 ? ["sha256", sha256] : ["md5", md5];
  if (!wanted) return;
  const hash = createHash(algorithm);
  await pipeline(createReadStream(part), hash);
  if (hash.digest("base64") === wanted) return;
  await rm(part);
  throw new BrokerError("ADVISORIES_INVALID", "the download differs from the checksum that came with it");
}
