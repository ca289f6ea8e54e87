import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { crc32, deflateRawSync } from "node:zlib";

/** A bucket on loopback that answers as the real one does: ETags, ranges, checksums. */
export interface FakeBucket {
  readonly url: string;
  /** What is served, by path. */
  readonly files: Map<string, Buffer>;
  /** `METHOD path status` of every answer. */
  readonly answers: string[];
  /** Paths whose next answer breaks off in the middle. */
  readonly breaks: Set<string>;
  /** Paths that are sent with another file's checksum. */
  readonly lies: Set<string>;
  close(): Promise<void>;
}

export async function startFakeBucket(): Promise<FakeBucket> {
  const bucket = {
    files: new Map<string, Buffer>(),
    answers: [] as string[],
    breaks: new Set<string>(),
    lies: new Set<string>(),
  };
  const server = createServer((request, response) => answer(bucket, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...bucket,
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(bucket: Omit<FakeBucket, "url" | "close">, request: IncomingMessage, response: ServerResponse): void {
  const path = decodeURIComponent(new URL(request.url ?? "/", "http://x").pathname);
  const file = bucket.files.get(path);
  const note = (status: number): void => void bucket.answers.push(`${path} ${status}`);
  if (!file) {
    note(404);
    response.writeHead(404).end();
    return;
  }
  const etag = `"${createHash("sha1").update(file).digest("hex")}"`;
  if (request.headers["if-none-match"] === etag) {
    note(304);
    response.writeHead(304).end();
    return;
  }
  const start =
    request.headers["if-range"] === etag ? Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0) : 0;
  const body = file.subarray(start);
  const md5 = createHash("md5")
    .update(bucket.lies.has(path) ? "other" : file)
    .digest("base64");
  note(start > 0 ? 206 : 200);
  response.writeHead(start > 0 ? 206 : 200, {
    etag,
    "content-length": body.length,
    "x-goog-hash": `crc32c=AAAAAA==,md5=${md5}`,
  });
  if (!bucket.breaks.delete(path)) response.end(body);
  else response.write(body.subarray(0, body.length >> 1), () => setTimeout(() => response.destroy(), 300));
}

/** A zip of these records, one document each, as the bucket has it. */
export function zipRecords(records: readonly { readonly id: string }[]): Buffer {
  return zipFiles(records.map((record) => ({ name: `${record.id}.json`, bytes: Buffer.from(JSON.stringify(record)) })));
}

interface ZipFile {
  readonly name: string;
  readonly bytes: Buffer;
  /** Another size than the true one, for archives that lie. */
  readonly claimedSize?: number;
}

export function zipFiles(files: readonly ZipFile[]): Buffer {
  const [locals, centrals]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const { name, bytes, claimedSize = bytes.length } of files) {
    const [packed, label] = [deflateRawSync(bytes), Buffer.from(name)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(claimedSize, 18);
    common.writeUInt16LE(label.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, label, packed]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    centrals.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, place, label]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
