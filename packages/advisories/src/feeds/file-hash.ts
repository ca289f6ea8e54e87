import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { BrokerError } from "@tidewaiter/runtime";

/** SHA-256 of a file, in hex. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash, { signal });
  return hash.digest("hex");
}

/** Lets at most `max` bytes through and fails beyond. */
export function limitBytes(max: number): Transform {
  let done = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, next) {
      done += chunk.length;
      if (done <= max) next(null, chunk);
      else next(new BrokerError("ADVISORIES_INVALID", `it unpacks to more than ${max} bytes`));
    },
  });
}
