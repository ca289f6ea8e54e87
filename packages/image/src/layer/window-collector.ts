import type { Needle } from "../detectors/detector.ts";
import { PROBE_BYTES } from "./body-collector.ts";
import type { BodyReader } from "./tar-walk.ts";

export interface WindowOptions {
  readonly needles: readonly Needle[];
  readonly probe: (head: Buffer) => boolean;
  /** Told of all windows, one after another with zeros between them; not at all when there are none. */
  readonly done: (windows: Buffer) => void;
}

interface Window {
  readonly parts: Buffer[];
  /** Bytes still to come. */
  left: number;
}

const MAX_WINDOWS = 200;
const MAX_KEPT_BYTES = 8 * 1024 * 1024;
const GAP = Buffer.alloc(16);

/** Keeps only what lies around some texts of a body that is too large to hold. */
export function collectWindows(options: WindowOptions): BodyReader {
  const collector = new WindowCollector(options.needles);
  let head: Buffer = Buffer.alloc(0);
  let isProbed = false;
  let isDropped = false;
  return {
    push: (chunk) => {
      if (!isProbed) {
        head = head.length > 0 ? Buffer.concat([head, chunk]) : chunk;
        if (head.length < PROBE_BYTES) {
          head = Buffer.from(head);
          return true;
        }
        isProbed = true;
        isDropped = !options.probe(head);
        if (!isDropped) collector.push(head);
      } else collector.push(chunk);
      return !isDropped;
    },
    end: () => {
      const windows = isProbed && !isDropped ? collector.build() : undefined;
      if (windows) options.done(windows);
    },
  };
}

class WindowCollector {
  readonly #needles: readonly Needle[];
  /** How far back a hit or its window may reach. */
  readonly #reach: number;
  readonly #windows: Window[] = [];
  /** The last bytes of what went before. */
  #carry: Buffer = Buffer.alloc(0);
  #kept = 0;

  constructor(needles: readonly Needle[]) {
    this.#needles = needles;
    this.#reach = Math.max(...needles.map(({ bytes, before }) => bytes.length + before));
  }

  /** Searched where it lies: only hits over the seam need a copy of a few bytes. */
  push(chunk: Buffer): void {
    this.#fill(chunk);
    const seam = this.#carry.length > 0 ? Buffer.concat([this.#carry, chunk.subarray(0, this.#reach)]) : undefined;
    for (const needle of this.#needles) {
      const carried = this.#carry.length;
      if (seam) {
        const isOverSeam = (at: number): boolean => at < carried && at + needle.bytes.length > carried;
        const first = Math.max(0, carried - needle.bytes.length + 1);
        this.#search(seam, needle, first, (at) => isOverSeam(at) && this.#open(needle, at - carried, chunk));
      }
      this.#search(chunk, needle, 0, (at) => this.#open(needle, at, chunk));
    }
    this.#carry = Buffer.from((seam && chunk.length < this.#reach ? seam : chunk).subarray(-this.#reach));
  }

  build(): Buffer | undefined {
    if (this.#windows.length === 0) return undefined;
    return Buffer.concat(this.#windows.flatMap(({ parts }) => [...parts, GAP]));
  }

  /** Goes on while `take` wants to. */
  #search(bytes: Buffer, needle: Needle, first: number, take: (at: number) => boolean): void {
    let at = bytes.indexOf(needle.bytes, first);
    while (at >= 0 && take(at)) at = bytes.indexOf(needle.bytes, at + 1);
  }

  /** `at` is counted from the chunk's start, and below zero for a hit over the seam. */
  #open({ bytes, before, after }: Needle, at: number, chunk: Buffer): boolean {
    if (this.#windows.length >= MAX_WINDOWS || this.#kept >= MAX_KEPT_BYTES) return false;
    const [start, end] = [at - before, at + bytes.length + after];
    const carried = start < 0 ? this.#carry.subarray(Math.max(0, this.#carry.length + start)) : GAP.subarray(0, 0);
    const part = Buffer.concat([carried, chunk.subarray(Math.max(0, start), Math.min(end, chunk.length))]);
    this.#windows.push({ parts: [part], left: Math.max(0, end - chunk.length) });
    this.#kept += part.length;
    return true;
  }

  #fill(chunk: Buffer): void {
    for (const window of this.#windows) {
      if (window.left === 0) continue;
      const part = chunk.subarray(0, Math.max(0, Math.min(window.left, chunk.length, MAX_KEPT_BYTES - this.#kept)));
      if (part.length > 0) window.parts.push(Buffer.from(part));
      window.left -= Math.min(window.left, chunk.length);
      this.#kept += part.length;
    }
  }
}
