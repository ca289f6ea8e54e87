import { BrokerError } from "@tidewaiter/runtime";
import type { Dispatcher } from "undici";
import { z } from "zod";

const TIMEOUT_MS = 5_000;
const answerSchema = z.object({
  data: z.object({ attributes: z.object({ server_id: z.union([z.string().max(64), z.number().int()]) }) }),
});

export interface DispatcherOptions {
  readonly apiUrl: string;
  readonly prefix: string;
  readonly hash: string;
  readonly clientId: string;
  readonly token: string;
  readonly location: string;
  readonly dispatcher: Dispatcher;
}

/**
 * Asks the vendor's dispatcher which server to use (high availability mode, protocol 1.13).
 *
 * @throws when it gives no server; the client then dials without one.
 */
export async function askDispatcher(options: DispatcherOptions, signal: AbortSignal): Promise<string> {
  const { apiUrl, prefix, hash, clientId, token, location, dispatcher } = options;
  const url = new URL(`${apiUrl.replace(/\/+$/, "")}${prefix}/${hash}/connections/${clientId}`);
  url.searchParams.set("version", "2022-12-01~experimental");
  const attributes = { deployment_location: location, broker_token_first_char: token[0] };
  const answer = await dispatcher.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method: "POST",
    headers: { "content-type": "application/vnd.api+json" },
    body: JSON.stringify({ data: { attributes } }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  if (answer.statusCode >= 300) {
    await answer.body.dump();
    throw new BrokerError("UNAVAILABLE", `the dispatcher answered ${answer.statusCode}`);
  }
  const parsed = answerSchema.parse(await answer.body.json());
  return String(parsed.data.attributes.server_id);
}
