import { BrokerError, type Clock } from "@tidewaiter/runtime";
import type { RegistryLimits } from "../limits.ts";

/**
 * The same chunks, as long as they come fast enough. Only the time spent waiting for the other side counts, so a slow reader is
 * never taken for a slow registry.
 *
 * @throws {BrokerError} TIMEOUT when a whole window brought too little: one byte now and then would hold a slot for ever.
 */
export async function* paced(
  source: AsyncIterable<Buffer>,
  { minBytesPerSecond, rateWindowMs }: RegistryLimits,
  host: string,
  clock: Clock,
): AsyncGenerator<Buffer> {
  let [waitedMs, bytes] = [0, 0];
  let asked = clock.now();
  for await (const chunk of source) {
    waitedMs += clock.now() - asked;
    bytes += chunk.length;
    if (waitedMs >= rateWindowMs) {
      if (bytes / (waitedMs / 1000) < minBytesPerSecond) {
        throw new BrokerError(
          "TIMEOUT",
          `${host} sent less than ${minBytesPerSecond} bytes a second for ${rateWindowMs} ms`,
        );
      }
      [waitedMs, bytes] = [0, 0];
    }
    yield chunk;
    asked = clock.now();
  }
}
