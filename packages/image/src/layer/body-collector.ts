import type { BodyReader } from "./tar-walk.ts";

/** Enough first bytes to tell any format by. */
export const PROBE_BYTES = 16;

export interface CollectOptions {
  readonly sizeBytes: number;
  /** Asked once, with at least `PROBE_BYTES` unless the body is shorter; false drops the rest. */
  readonly probe?: (head: Buffer) => boolean;
  readonly done: (bytes: Buffer) => void;
}

/** A buffer up to this size is kept for the next body. */
const KEPT_BYTES = 8 * 1024 * 1024;

/**
 * Gathers one body at a time into a buffer that is used again for the next: what is wanted of a layer would otherwise
 * leave hundreds of megabytes to the garbage collector. A body that lies in one chunk is not copied at all.
 */
export class BodyCollector {
  #buffer: Buffer = Buffer.alloc(0);

  collect({ sizeBytes, probe, done }: CollectOptions): BodyReader {
    let length = 0;
    let isDropped = false;
    let isProbed = !probe;
    let whole: Buffer | undefined;
    const passesProbe = (head: Buffer): boolean => {
      if (isProbed || (head.length < PROBE_BYTES && head.length < sizeBytes)) return true;
      isProbed = true;
      isDropped = !probe?.(head);
      return !isDropped;
    };
    return {
      push: (bytes) => {
        if (length === 0 && bytes.length === sizeBytes) {
          whole = bytes;
          return passesProbe(bytes);
        }
        if (length === 0 && !passesProbe(bytes)) return false;
        if (length === 0) this.#reserve(sizeBytes);
        bytes.copy(this.#buffer, length);
        length += bytes.length;
        return passesProbe(this.#buffer.subarray(0, length));
      },
      end: () => {
        if (!isDropped) done(whole ?? this.#buffer.subarray(0, length));
        if (this.#buffer.length > KEPT_BYTES) this.#buffer = Buffer.alloc(0);
      },
    };
  }

  /** The header says how much comes, so nothing is allocated twice. */
  #reserve(sizeBytes: number): void {
    if (sizeBytes > this.#buffer.length) this.#buffer = Buffer.allocUnsafeSlow(Math.max(sizeBytes, 64 * 1024));
  }
}
