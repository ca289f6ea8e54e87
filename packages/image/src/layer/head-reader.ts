import type { BodyReader } from "./tar-walk.ts";

/** Gives a reader the first bytes of a body only; the rest is passed over. */
export function onlyHead(reader: BodyReader, headBytes: number): BodyReader {
  let left = headBytes;
  return {
    push: (bytes) => {
      const part = bytes.length > left ? bytes.subarray(0, left) : bytes;
      left -= part.length;
      return reader.push(part) && left > 0;
    },
    end: () => reader.end(),
  };
}
