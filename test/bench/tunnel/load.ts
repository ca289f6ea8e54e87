import { connect, type Socket } from "node:net";
import { MessageReader } from "./message-reader.ts";

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

const BODY_CHUNK = Buffer.alloc(1_000_000, "p");
const READ_BYTES = 256 * 1024;
const SILENCE_MS = 120_000;

/**
 * Keeps so many requests in flight for a while, each on a connection of its own that stays open; any answer but 200 fails
 * the run. It writes bytes made before and only counts what comes back, since it shares two processors with what it
 * measures: an HTTP client would take as much of them as a pair of brokers.
 */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const { inFlight, durationMs, bodyBytes } = options;
  const [begun, end] = [performance.now(), performance.now() + durationMs];
  const done = { requests: 0, bytes: 0 };
  const onAnswer = (received: number): boolean => {
    done.requests += 1;
    done.bytes += bodyBytes ?? received;
    return performance.now() < end;
  };
  await Promise.all(Array.from({ length: inFlight }, () => lane(options, onAnswer)));
  return { ...done, seconds: (performance.now() - begun) / 1_000 };
}

/** Asks again and again on one connection, for as long as `onAnswer` wants more. */
function lane({ url, bodyBytes }: LoadOptions, onAnswer: (received: number) => boolean): Promise<void> {
  const target = new URL(url);
  const head = requestHead(target, bodyBytes);
  return new Promise((resolve, reject) => {
    const reader = new MessageReader("responses", (firstLine, received) => {
      if (!/^HTTP\/1\.1 200 /.test(firstLine)) socket.destroy(new TypeError(`${target.pathname}: ${firstLine}`));
      else if (onAnswer(received)) send(socket, head, bodyBytes);
      else socket.destroy();
    });
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    const onread = {
      buffer,
      callback(length: number): boolean {
        try {
          reader.push(buffer.subarray(0, length));
        } catch (error) {
          socket.destroy(error instanceof Error ? error : undefined);
        }
        return true;
      },
    };
    const socket: Socket = connect({ host: target.hostname, port: Number(target.port), noDelay: true, onread });
    socket.setTimeout(SILENCE_MS, () => socket.destroy(new TypeError(`${target.pathname}: no answer`)));
    socket.once("connect", () => send(socket, head, bodyBytes));
    socket.once("end", () => socket.destroy(new TypeError(`${target.pathname}: the connection ended`)));
    socket.once("error", reject);
    socket.once("close", () => resolve());
  });
}

function requestHead({ host, pathname, search }: URL, bodyBytes: number | undefined): Buffer {
  const body =
    bodyBytes === undefined ? "" : `content-type: application/octet-stream\r\ncontent-length: ${bodyBytes}\r\n`;
  const method = bodyBytes === undefined ? "GET" : "POST";
  return Buffer.from(`${method} ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\n${body}\r\n`);
}

/** Writes a request; a long body as fast as it is taken. */
function send(socket: Socket, head: Buffer, bodyBytes = 0): void {
  if (bodyBytes === 0) {
    socket.write(head);
    return;
  }
  socket.cork();
  socket.write(head);
  let left = bodyBytes;
  const write = (): void => {
    while (left > 0) {
      const part = left >= BODY_CHUNK.length ? BODY_CHUNK : BODY_CHUNK.subarray(0, left);
      left -= part.length;
      if (socket.write(part) || left === 0) continue;
      socket.once("drain", write);
      break;
    }
  };
  write();
  socket.uncork();
}
