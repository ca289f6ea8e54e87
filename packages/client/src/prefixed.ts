import { Readable } from "node:stream";
import { BrokerError } from "@tidewaiter/runtime";

const HIGH_WATER_MARK = 128 * 1024;

/**
 * A stream with some bytes before it: one layer, no copy, and nothing is read from the source before somebody reads
 * here. Once it has begun, destroying either end destroys the other.
 */
export function prefixed(first: readonly Buffer[], source: Readable): Readable {
  let isStarted = false;
  let isEnded = false;
  const start = (): void => {
    isStarted = true;
    for (const chunk of first) joined.push(chunk);
    source.on("data", (chunk: Buffer) => {
      if (!joined.push(chunk)) source.pause();
    });
    source.once("end", () => {
      isEnded = true;
      joined.push(null);
    });
    source.once("close", () => {
      if (!isEnded) joined.destroy(new BrokerError("DOWNSTREAM_ERROR", "the body broke off"));
    });
  };
  const joined = new Readable({
    highWaterMark: HIGH_WATER_MARK,
    read() {
      if (!isStarted) start();
      source.resume();
    },
    destroy(error, done) {
      // Unread, the source is still good for another try.
      if (isStarted) source.destroy();
      done(error);
    },
  });
  source.on("error", (error) => joined.destroy(error));
  return joined;
}
