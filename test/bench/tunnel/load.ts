import { Readable } from "node:stream";
import { Agent, type Dispatcher } from "undici";

export interface LoadOptions {
  readonly url: string;
  readonly inFlight: number;
  readonly durationMs: number;
  /** Size of a POST body; GET when left out. */
  readonly bodyBytes?: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly bytes: number;
}

const BODY_CHUNK = Buffer.alloc(256 * 1024, "p");

/** Keeps so many requests in flight for a while; any answer but 200 fails the run. */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const dispatcher = new Agent({ connections: options.inFlight, headersTimeout: 120_000, bodyTimeout: 120_000 });
  const { origin, pathname, search } = new URL(options.url);
  const body =
    options.bodyBytes !== undefined && options.bodyBytes <= 16_000_000
      ? Buffer.alloc(options.bodyBytes, "p")
      : undefined;
  const end = performance.now() + options.durationMs;
  let requests = 0;
  let bytes = 0;
  const begun = performance.now();
  const lane = async (): Promise<void> => {
    do {
      const stream = options.bodyBytes !== undefined && !body ? bodyStream(options.bodyBytes) : undefined;
      const moved = await once(dispatcher, {
        origin,
        path: pathname + search,
        body: body ?? stream,
        size: options.bodyBytes,
      });
      bytes += moved;
      requests += 1;
    } while (performance.now() < end);
  };
  try {
    await Promise.all(Array.from({ length: options.inFlight }, lane));
    return { requests, bytes, seconds: (performance.now() - begun) / 1_000 };
  } finally {
    await dispatcher.destroy();
  }
}

interface One {
  readonly origin: string;
  readonly path: string;
  readonly body: Buffer | Readable | undefined;
  readonly size: number | undefined;
}

async function once(dispatcher: Dispatcher, { origin, path, body, size }: One): Promise<number> {
  const answer = await dispatcher.request({
    origin,
    path,
    method: size === undefined ? "GET" : "POST",
    headers: size === undefined ? {} : { "content-type": "application/octet-stream", "content-length": String(size) },
    body: body ?? null,
  });
  let bytes = 0;
  for await (const chunk of answer.body) bytes += (chunk as Buffer).length;
  if (answer.statusCode !== 200) throw new TypeError(`${path} answered ${answer.statusCode}`);
  return size ?? bytes;
}

function bodyStream(size: number): Readable {
  let left = size;
  return new Readable({
    read() {
      if (left === 0) {
        this.push(null);
        return;
      }
      const part = left >= BODY_CHUNK.length ? BODY_CHUNK : BODY_CHUNK.subarray(0, left);
      left -= part.length;
      this.push(part);
    },
  });
}
