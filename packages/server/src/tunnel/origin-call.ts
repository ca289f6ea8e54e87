import { BrokerError } from "@tidewaiter/runtime";
import { endToEndHeaders, type Target } from "@tidewaiter/tunnel";
import type { Dispatcher } from "undici";
import type { Callback } from "./callback-taker.ts";
import type { CallbackAnswer } from "./hub.ts";
import { flatHeaders } from "./request-headers.ts";

/** Sends a callback on to the API behind this server, as the vendor's server does (protocol 1.8). */
export async function callOrigin(
  dispatcher: Dispatcher,
  target: Target,
  { method, headers, body, token, requestId }: Callback,
  signal: AbortSignal,
): Promise<CallbackAnswer> {
  const { "content-length": length, ...kept } = headers;
  const value = token.reveal();
  try {
    const answer = await dispatcher.request({
      origin: target.origin,
      path: target.path,
      method: method as Dispatcher.HttpMethod,
      headers: {
        ...kept,
        ...(!Buffer.isBuffer(body) && length !== undefined && { "content-length": length }),
        ...(target.authorization !== undefined && { authorization: target.authorization }),
        "snyk-request-id": requestId,
        "x-broker-token": value,
        "x-snyk-broker": `${value.slice(0, 4)}-...-${value.slice(-4)}`,
      },
      body: Buffer.isBuffer(body) && body.length === 0 ? null : body,
      signal,
    });
    return { status: answer.statusCode, headers: flatHeaders(endToEndHeaders(answer.headers)), body: answer.body };
  } catch (error) {
    signal.throwIfAborted();
    throw new BrokerError("DOWNSTREAM_UNREACHABLE", "the API behind the server cannot be reached", {
      cause: error,
      likely: "the origin of a private rule of this server is wrong, or the API is down",
      action: "check the origins in the server's ACCEPT file",
    });
  }
}
