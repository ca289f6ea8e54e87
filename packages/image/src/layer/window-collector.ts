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
export function collectWindows({ needles, probe, done }: WindowOptions): BodyReader {
  const reach = Math.max(...needles.map(({ bytes, before }) => bytes.length + before));
  const windows: Window[] = [];
  let carry: Buffer = Buffer.alloc(0);
  let isProbed = false;
  let isDropped = false;
  let kept = 0;
  const fill = (bytes: Buffer): void => {
    for (const window of windows) {
      const part = bytes.subarray(0, Math.max(0, Math.min(window.left, bytes.length, MAX_KEPT_BYTES - kept)));
      if (part.length > 0) window.parts.push(Buffer.from(part));
      window.left -= Math.min(window.left, bytes.length);
      kept += part.length;
    }
  };
  const search = (bytes: Buffer, seen: number): void => {
    for (const needle of needles) {
      // A hit that lay whole in what was carried over has been found before.
      const first = Math.max(0, seen - needle.bytes.length + 1);
      for (let at = bytes.indexOf(needle.bytes, first); at >= 0; at = bytes.indexOf(needle.bytes, at + 1)) {
        if (windows.length >= MAX_WINDOWS || kept >= MAX_KEPT_BYTES) return;
        const end = at + needle.bytes.length + needle.after;
        const part = Buffer.from(bytes.subarray(Math.max(0, at - needle.before), Math.min(end, bytes.length)));
        windows.push({ parts: [part], left: Math.max(0, end - bytes.length) });
        kept += part.length;
      }
    }
  };
  return {
    push: (chunk) => {
      const bytes = carry.length > 0 ? Buffer.concat([carry, chunk]) : chunk;
      if (!isProbed && bytes.length >= PROBE_BYTES) {
        isProbed = true;
        isDropped = !probe(bytes);
      }
      if (isDropped) return false;
      fill(chunk);
      search(bytes, carry.length);
      carry = Buffer.from(bytes.subarray(Math.max(0, bytes.length - reach)));
      return true;
    },
    end: () => {
      if (!isDropped && windows.length > 0) done(Buffer.concat(windows.flatMap(({ parts }) => [...parts, GAP])));
    },
  };
}
