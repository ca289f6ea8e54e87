/** Frames that wait for the end of the present turn of the event loop, to leave as one message. */
export interface FrameBatch {
  push(frame: Buffer): void;
  /** Drops what waits: the connection has gone. */
  clear(): void;
}

const FLUSH_BYTES = 256 * 1024;
/** As many frames as save nearly all of the system calls. */
const FLUSH_FRAMES = 8;

/**
 * Under load most of an exchange's cost are its system calls; frames that were made in the same turn share one. With
 * a single exchange in flight nothing waits for anything. A long turn sends what it has in between: otherwise the other end
 * would stand still until all is done here, and each process of the chain wait for the one before it.
 */
export function createFrameBatch(send: (message: Buffer) => void): FrameBatch {
  let frames: Buffer[] = [];
  let size = 0;
  let isScheduled = false;
  const flush = (): void => {
    isScheduled = false;
    const [first] = frames;
    if (!first) return;
    const message = frames.length === 1 ? first : Buffer.concat(frames, size);
    frames = [];
    size = 0;
    send(message);
  };
  return {
    push(frame) {
      frames.push(frame);
      size += frame.length;
      if (size >= FLUSH_BYTES || frames.length >= FLUSH_FRAMES) flush();
      else if (!isScheduled) {
        isScheduled = true;
        setImmediate(flush);
      }
    },
    clear() {
      frames = [];
      size = 0;
    },
  };
}
