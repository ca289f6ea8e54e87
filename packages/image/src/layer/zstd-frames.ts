import { corrupt } from "./tar-header.ts";

const FRAME_MAGIC = 0xfd2fb528;
const HEADER_MAX = 18;

/** Where in a zstd stream the next byte belongs. */
type Place = "magic" | "skip-size" | "skippable" | "frame-header" | "block-header" | "block" | "checksum";

/**
 * Cuts a zstd stream at its frames (RFC 8878, 3.1): Node's decompressor ends silently after the first frame of a write,
 * and at the end of a cut-off one. Frames that are to be skipped (eStargz, zstd:chunked) are left out.
 */
export class ZstdFrames {
  #place: Place = "magic";
  #left = 0;
  #needed = 4;
  #field = Buffer.alloc(HEADER_MAX);
  #fieldLength = 0;
  #hasChecksum = false;
  #isLastBlock = false;

  /** The pieces of a chunk that belong to frames, none of them reaching over a frame's end. */
  *split(chunk: Buffer): Generator<Buffer> {
    let start = 0;
    let at = 0;
    while (at < chunk.length) {
      const isSkipped = this.#place === "skippable" || this.#place === "skip-size";
      const before = this.#place;
      at = this.#advance(chunk, at);
      const isFrameEnd = this.#place === "magic" && before !== "magic";
      // The magic of a skippable frame cannot be told from a frame's before it is whole, so it is held back with it.
      if (before === "magic" && this.#place === "frame-header") yield Buffer.from(this.#magicBytes());
      if (before === "magic" || isSkipped) start = at;
      else if (isFrameEnd) {
        yield chunk.subarray(start, at);
        start = at;
      }
    }
    const isInFrame = this.#place !== "magic" && this.#place !== "skippable" && this.#place !== "skip-size";
    if (isInFrame && start < at) yield chunk.subarray(start, at);
  }

  /** @throws {BrokerError} LAYER_CORRUPT when the stream stopped within a frame. */
  end(): void {
    if (this.#place !== "magic" || this.#fieldLength > 0) throw corrupt("the layer's zstd data is cut off");
  }

  #magicBytes(): Buffer {
    const magic = Buffer.alloc(4);
    magic.writeUInt32LE(FRAME_MAGIC);
    return magic;
  }

  #advance(chunk: Buffer, at: number): number {
    if (this.#place === "block" || this.#place === "skippable") {
      const end = Math.min(chunk.length, at + this.#left);
      this.#left -= end - at;
      if (this.#left === 0) this.#afterBytes();
      return end;
    }
    const taken = chunk.copy(this.#field, this.#fieldLength, at, at + this.#needed - this.#fieldLength);
    this.#fieldLength += taken;
    if (this.#fieldLength === this.#needed) this.#afterField();
    return at + taken;
  }

  #expect(place: Place, needed: number): void {
    this.#place = place;
    this.#needed = needed;
    this.#fieldLength = 0;
  }

  #afterBytes(): void {
    if (this.#place === "skippable") this.#expect("magic", 4);
    else this.#afterBlock();
  }

  #afterBlock(): void {
    if (!this.#isLastBlock) this.#expect("block-header", 3);
    else if (this.#hasChecksum) this.#expect("checksum", 4);
    else this.#expect("magic", 4);
  }

  #afterField(): void {
    if (this.#place === "magic") this.#readMagic(this.#field.readUInt32LE(0));
    else if (this.#place === "skip-size") this.#startBytes("skippable", this.#field.readUInt32LE(0));
    else if (this.#place === "frame-header") this.#readFrameHeader();
    else if (this.#place === "block-header") this.#readBlockHeader(this.#field.readUIntLE(0, 3));
    else this.#expect("magic", 4);
  }

  #readMagic(magic: number): void {
    if (magic === FRAME_MAGIC) this.#expect("frame-header", 1);
    else if ((magic & 0xfffffff0) >>> 0 === 0x184d2a50) this.#expect("skip-size", 4);
    else throw corrupt("the layer's zstd data is damaged");
  }

  /** The first byte says how long the header is; it is read again when the rest is there. */
  #readFrameHeader(): void {
    const descriptor = this.#field[0] ?? 0;
    const isSingle = (descriptor & 0x20) !== 0;
    const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >>> 6] ?? 0;
    const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
    this.#needed = 1 + (isSingle ? 0 : 1) + dictionaryBytes + sizeBytes;
    this.#hasChecksum = (descriptor & 4) !== 0;
    if (this.#fieldLength === this.#needed) this.#expect("block-header", 3);
  }

  #readBlockHeader(header: number): void {
    this.#isLastBlock = (header & 1) === 1;
    const isRepeated = ((header >>> 1) & 3) === 1;
    this.#startBytes("block", isRepeated ? 1 : header >>> 3);
  }

  #startBytes(place: "block" | "skippable", count: number): void {
    this.#place = place;
    this.#left = count;
    this.#fieldLength = 0;
    if (count === 0) this.#afterBytes();
  }
}
