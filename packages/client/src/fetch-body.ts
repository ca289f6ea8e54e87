import type { Readable } from "node:stream";
import { BrokerError } from "@tidewaiter/runtime";
import type { Dispatcher } from "undici";
import type { ServerAddresses } from "./server-address.ts";

/**
 * A body that was too large for a frame, from a server of ours.
 *
 * @throws {BrokerError} EXCHANGE_LOST when the server no longer has it.
 */
export async function fetchBody(
  dispatcher: Dispatcher,
  addresses: ServerAddresses,
  key: string,
  signal: AbortSignal,
): Promise<Readable> {
  const { origin, pathname } = addresses.requestData(key);
  const headers = addresses.headers("own");
  const answer = await dispatcher.request({ origin, path: pathname, method: "GET", headers, signal });
  if (answer.statusCode === 200) return answer.body;
  await answer.body.dump();
  throw new BrokerError("EXCHANGE_LOST", "the server no longer has the body of the exchange");
}
