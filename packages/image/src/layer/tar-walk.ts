import { BrokerError } from "@tidewaiter/runtime";
import { normalizePath } from "./paths.ts";
import { type PaxRecords, parsePax } from "./pax.ts";
import { BLOCK, corrupt, type EntryKind, isZeroBlock, kindOf, parseHeader, type RawHeader } from "./tar-header.ts";

/** One entry of a layer, with long names and pax records applied. */
export interface TarEntry {
  /** Normalised: no leading slash, no dots. */
  readonly path: string;
  readonly kind: EntryKind;
  /** Bytes that follow in the stream. */
  readonly sizeBytes: number;
  readonly mode: number;
  /** Target as written, for links. */
  readonly linkName: string;
  /** Present where holes were left out of the stored bytes. */
  readonly sparse?: SparseMark;
}

/** What is needed to put the holes back: pax records, or the old GNU header block. */
export type SparseMark = { readonly records: PaxRecords } | { readonly header: Buffer };

/** Takes one entry's bytes in order. They are only lent: what is kept must be copied. */
export interface BodyReader {
  /** @returns false when the rest is not wanted. */
  push(bytes: Buffer): boolean;
  end(): void;
}

/** Told of each entry; answers with a reader when its bytes are wanted. */
export type EntryVisitor = (entry: TarEntry) => BodyReader | undefined;

/** Largest pax header or long name that is read. */
const MAX_META_BYTES = 1024 * 1024;

/**
 * Walks a tar as its bytes come, copying nothing but headers that straddle two chunks. Written by hand because it is
 * three times as fast as tar-stream and half of a scan is spent between the inflater and here.
 */
export class TarWalk {
  readonly #visit: EntryVisitor;
  readonly #maxEntries: number;
  readonly #block = Buffer.alloc(BLOCK);
  #blockLength = 0;
  #skip = 0;
  #bodyLeft = 0;
  #padding = 0;
  #reader: BodyReader | undefined;
  #meta: { type: string; parts: Buffer[] } | undefined;
  #pax: PaxRecords = {};
  #global: PaxRecords = {};
  #longName: string | undefined;
  #longLink: string | undefined;
  #zeroBlocks = 0;
  #sparseTables: { entry: TarEntry; header: Buffer[] } | undefined;
  entries = 0;

  constructor(visit: EntryVisitor, maxEntries: number) {
    this.#visit = visit;
    this.#maxEntries = maxEntries;
  }

  /** @throws {BrokerError} LAYER_CORRUPT or LIMIT_EXCEEDED. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && this.#zeroBlocks < 2) {
      if (this.#bodyLeft > 0) at = this.#takeBody(chunk, at);
      else if (this.#skip > 0) at = this.#takeSkip(chunk, at);
      else at = this.#takeHeader(chunk, at);
    }
  }

  /** Bytes that are of no interest from here on: a reader of a file may jump over them instead of pushing them. */
  takeSkip(): number {
    const count = this.#skip;
    this.#skip = 0;
    return count;
  }

  get isAtEnd(): boolean {
    return this.#zeroBlocks >= 2;
  }

  /** @throws {BrokerError} LAYER_CORRUPT when the tar stops within an entry. */
  end(): void {
    const isInside = this.#bodyLeft > 0 || this.#blockLength > 0 || this.#skip >= BLOCK || this.#sparseTables;
    if (isInside) throw corrupt("the layer ends within a tar entry");
  }

  #takeBody(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#bodyLeft);
    this.#bodyLeft -= end - at;
    const bytes = at === 0 && end === chunk.length ? chunk : chunk.subarray(at, end);
    if (this.#reader && !this.#reader.push(bytes)) this.#dropRest();
    if (this.#bodyLeft === 0) this.#finishBody();
    return end;
  }

  /** The reader has seen enough: what is left of the body is passed over. */
  #dropRest(): void {
    this.#reader?.end();
    this.#reader = undefined;
    this.#skip = this.#bodyLeft + this.#padding;
    this.#padding = 0;
    this.#bodyLeft = 0;
  }

  #finishBody(): void {
    this.#reader?.end();
    this.#reader = undefined;
    this.#skip += this.#padding;
    this.#padding = 0;
    if (this.#meta) this.#finishMeta(this.#meta);
  }

  #takeSkip(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#skip);
    this.#skip -= end - at;
    return end;
  }

  #takeHeader(chunk: Buffer, at: number): number {
    if (this.#blockLength === 0 && chunk.length - at >= BLOCK) {
      this.#readBlock(chunk.subarray(at, at + BLOCK));
      return at + BLOCK;
    }
    const taken = chunk.copy(this.#block, this.#blockLength, at, at + BLOCK - this.#blockLength);
    this.#blockLength += taken;
    if (this.#blockLength === BLOCK) {
      this.#blockLength = 0;
      this.#readBlock(this.#block);
    }
    return at + taken;
  }

  #readBlock(block: Buffer): void {
    if (this.#sparseTables) this.#readSparseTable(block, this.#sparseTables);
    else if (isZeroBlock(block)) this.#zeroBlocks += 1;
    else this.#readHeader(block);
  }

  #readHeader(block: Buffer): void {
    this.#zeroBlocks = 0;
    this.entries += 1;
    if (this.entries > this.#maxEntries) {
      throw new BrokerError(
        "LIMIT_EXCEEDED",
        `a layer with more than ${this.#maxEntries} entries (TIDEWAITER_SCAN_MAX_ENTRIES)`,
      );
    }
    const header = parseHeader(block);
    if ("xgLK".includes(header.type)) this.#startMeta(header);
    else this.#startEntry(header, block);
  }

  #startMeta({ type, sizeBytes }: RawHeader): void {
    if (sizeBytes > MAX_META_BYTES) throw new BrokerError("LIMIT_EXCEEDED", "a tar entry with over 1 MB of attributes");
    const meta = { type, parts: [] as Buffer[] };
    this.#meta = meta;
    const push = (bytes: Buffer): boolean => meta.parts.push(Buffer.from(bytes)) > 0;
    this.#startBody(sizeBytes, { push, end: () => {} });
  }

  #finishMeta({ type, parts }: { type: string; parts: Buffer[] }): void {
    this.#meta = undefined;
    const bytes = Buffer.concat(parts);
    if (type === "x") this.#pax = parsePax(bytes);
    else if (type === "g") this.#global = { ...this.#global, ...parsePax(bytes) };
    else if (type === "L") this.#longName = untilNul(bytes);
    else this.#longLink = untilNul(bytes);
  }

  #startEntry(header: RawHeader, block: Buffer): void {
    const pax = { ...this.#global, ...this.#pax };
    const name = pax["GNU.sparse.name"] ?? pax.path ?? this.#longName ?? header.name;
    const linkName = pax.linkpath ?? this.#longLink ?? header.linkName;
    const sizeBytes = pax.size === undefined ? header.sizeBytes : paxSize(pax.size);
    this.#pax = {};
    this.#longName = undefined;
    this.#longLink = undefined;
    const kind = kindOf(header.type, name);
    const hasBody = kind === "file" || kind === "other";
    const sparse = sparseMark(header, pax, block);
    const entry: TarEntry = {
      path: normalizePath(name),
      kind,
      // Links may carry the size of their target (star, some old writers) but never its bytes.
      sizeBytes: hasBody ? sizeBytes : 0,
      mode: header.mode,
      linkName,
      ...(sparse && { sparse }),
    };
    if (header.type === "S" && block[482] === 1) this.#sparseTables = { entry, header: [Buffer.from(block)] };
    else this.#open(entry);
  }

  /** Old GNU sparse files may have blocks of further holes between header and data. */
  #readSparseTable(block: Buffer, tables: { entry: TarEntry; header: Buffer[] }): void {
    tables.header.push(Buffer.from(block));
    if (tables.header.length > 2048) throw new BrokerError("LIMIT_EXCEEDED", "a sparse file with too many holes");
    if (block[504] === 1) return;
    this.#sparseTables = undefined;
    this.#open({ ...tables.entry, sparse: { header: Buffer.concat(tables.header) } });
  }

  #open(entry: TarEntry): void {
    this.#startBody(entry.sizeBytes, this.#visit(entry));
  }

  #startBody(sizeBytes: number, reader: BodyReader | undefined): void {
    const padding = (BLOCK - (sizeBytes % BLOCK)) % BLOCK;
    if (!reader) {
      this.#skip = sizeBytes + padding;
      return;
    }
    this.#reader = reader;
    this.#bodyLeft = sizeBytes;
    this.#padding = padding;
    if (sizeBytes === 0) this.#finishBody();
  }
}

function sparseMark({ type, isGnu }: RawHeader, pax: PaxRecords, block: Buffer): SparseMark | undefined {
  if (type === "S" && isGnu) return { header: Buffer.from(block) };
  const isSparse = Object.keys(pax).some((key) => key.startsWith("GNU.sparse."));
  return isSparse ? { records: pax } : undefined;
}

function paxSize(text: string): number {
  const size = Number(text);
  if (!Number.isSafeInteger(size) || size < 0) throw corrupt("a pax header with a damaged size");
  return size;
}

function untilNul(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString("utf8", 0, end < 0 ? bytes.length : end);
}
