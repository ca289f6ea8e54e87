import { constants, createGunzip, createZstdDecompress } from "node:zlib";

/** Unpacks while the caller waits. The pieces lie in one buffer that is used again: they are lent until the next. */
export interface StepUnpacker {
  /** @throws zlib's error for damaged data. */
  push(packed: Buffer): Generator<Buffer>;
  /** What was held back. @throws zlib's error for data that is cut off. */
  end(): Generator<Buffer>;
  close(): void;
}

/** Small enough to stay in a core's cache between the unpacker, the digest and the tar walk. */
const PIECE_BYTES = 128 * 1024;
const NOTHING = Buffer.alloc(0);

/** What zlib's streams drive. Node documents no stateful call that waits, so its presence is looked at before use. */
interface Engine {
  readonly _handle: {
    onerror: (message: string, errno: number, code: string) => void;
    writeSync(
      flush: number,
      input: Buffer,
      inputStart: number,
      inputBytes: number,
      output: Buffer,
      outputStart: number,
      outputBytes: number,
    ): void;
  };
  /** Bytes left of the output, then of the input. */
  readonly _writeState: Uint32Array;
  destroy(): void;
}

/**
 * In a thread of its own this takes two thirds of the time of zlib's streams, which hand every piece to another thread
 * and back. Undefined where this Node's zlib is built otherwise: then the streams do.
 */
export function createStepUnpacker(compression: "gzip" | "zstd"): StepUnpacker | undefined {
  const stream: unknown = compression === "gzip" ? createGunzip() : createZstdDecompress();
  return isEngine(stream) ? new EngineUnpacker(stream) : undefined;
}

function isEngine(stream: unknown): stream is Engine {
  const { _handle: handle, _writeState: state } = stream as Partial<Engine>;
  return typeof handle?.writeSync === "function" && state instanceof Uint32Array && state.length === 2;
}

class EngineUnpacker implements StepUnpacker {
  readonly #engine: Engine;
  readonly #output = Buffer.allocUnsafeSlow(PIECE_BYTES);
  #failure: Error | undefined;
  #isOver = false;

  constructor(engine: Engine) {
    this.#engine = engine;
    engine._handle.onerror = (message, _errno, code) => {
      this.#failure = Object.assign(new Error(message), { code });
    };
  }

  push(packed: Buffer): Generator<Buffer> {
    return this.#run(packed, constants.Z_NO_FLUSH);
  }

  end(): Generator<Buffer> {
    return this.#run(NOTHING, constants.Z_FINISH);
  }

  close(): void {
    this.#engine.destroy();
  }

  *#run(packed: Buffer, flush: number): Generator<Buffer> {
    let [left, room] = [packed.length, 0];
    while (!this.#isOver && room === 0) {
      this.#engine._handle.writeSync(flush, packed, packed.length - left, left, this.#output, 0, PIECE_BYTES);
      if (this.#failure) throw this.#failure;
      [room = 0, left = 0] = this.#engine._writeState;
      if (room < PIECE_BYTES) yield this.#output.subarray(0, PIECE_BYTES - room);
    }
    // Room and input left over: the data ended before, and what follows is padding, as gzip(1) takes it.
    if (left > 0) this.#isOver = true;
  }
}
