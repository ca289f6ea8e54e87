/** Frames that wait for the end of the present turn of the event loop, to leave as one message. */
export interface FrameBatch {
  push(frame: Buffer): void;
  /** Drops what waits: the connection has gone. */
  clear(): void;
}

const FLUSH_BYTES = 256 * 1024;

/**
 * Under load most of an exchange's cost are its system calls; frames that were made in the same turn share one. With
 * a single exchange in flight nothing waits for anything.
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
      if (size >= FLUSH_BYTES) flush();
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
