/** Told of each HTTP message when its last byte is there: its first line, and how many bytes of body it had. */
export type OnMessage = (firstLine: string, bodyBytes: number) => void;

type Place = "head" | "fixed" | "chunk-size" | "chunk" | "trailer";
const CHUNK_SIZE_CHARACTERS = 32;
const MAX_HEAD_BYTES = 65_536;

/**
 * Finds the ends of HTTP/1.1 messages in the bytes of a connection (RFC 9112: by length or in chunks) and counts their
 * bodies. A load generator and an upstream that do no more than this leave the processor to what is measured.
 *
 * @throws {TypeError} for what it cannot follow: a response of neither kind, a chunk without size.
 */
export class MessageReader {
  readonly #onMessage: OnMessage;
  /** Whether a message that tells no length has no body: a request. A response would last until the connection ends. */
  readonly #mayLackLength: boolean;
  #place: Place = "head";
  #head = "";
  #line = "";
  #firstLine = "";
  #left = 0;
  #bodyBytes = 0;

  constructor(kind: "requests" | "responses", onMessage: OnMessage) {
    this.#mayLackLength = kind === "requests";
    this.#onMessage = onMessage;
  }

  /** The next bytes of the connection. */
  push(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#place === "head") at = this.#readHead(bytes, at);
      else if (this.#place === "fixed" || this.#place === "chunk") at = this.#skip(bytes, at);
      else at = this.#readLine(bytes, at);
    }
  }

  #readHead(bytes: Buffer, at: number): number {
    const before = this.#head.length;
    this.#head += bytes.toString("latin1", at, at + MAX_HEAD_BYTES);
    const end = this.#head.indexOf("\r\n\r\n", Math.max(0, before - 3));
    if (end < 0) return Math.min(bytes.length, at + MAX_HEAD_BYTES);
    const next = at + end + 4 - before;
    const head = this.#head.slice(0, end + 2);
    this.#head = "";
    this.#begin(head);
    return next;
  }

  #begin(head: string): void {
    this.#firstLine = head.slice(0, head.indexOf("\r\n"));
    this.#bodyBytes = 0;
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length !== undefined) {
      this.#left = Number(length);
      this.#place = "fixed";
      if (this.#left === 0) this.#finish();
    } else if (/\r\ntransfer-encoding: *chunked/i.test(head)) this.#place = "chunk-size";
    else if (this.#mayLackLength) this.#finish();
    else throw new TypeError(`no length: ${this.#firstLine}`);
  }

  #skip(bytes: Buffer, at: number): number {
    const here = Math.min(this.#left, bytes.length - at);
    this.#left -= here;
    this.#bodyBytes += here;
    if (this.#left > 0) return at + here;
    if (this.#place === "fixed") this.#finish();
    else this.#place = "chunk-size";
    return at + here;
  }

  /** The line with a chunk's size, the empty one behind a chunk, or one of the trailer. */
  #readLine(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(10, at);
    this.#line += bytes.toString("latin1", at, end < 0 ? bytes.length : end);
    if (this.#line.length > CHUNK_SIZE_CHARACTERS && this.#place === "chunk-size") throw new TypeError("no chunk size");
    if (end < 0) return bytes.length;
    const line = this.#line.trim();
    this.#line = "";
    if (this.#place === "trailer") {
      if (line === "") this.#finish();
    } else if (line !== "") this.#beginChunk(line);
    return end + 1;
  }

  #beginChunk(line: string): void {
    this.#left = Number.parseInt(line, 16);
    if (Number.isNaN(this.#left)) throw new TypeError(`no chunk size: ${line}`);
    this.#place = this.#left === 0 ? "trailer" : "chunk";
  }

  #finish(): void {
    this.#place = "head";
    this.#onMessage(this.#firstLine, this.#bodyBytes);
  }
}
