import { Readable } from "node:stream";
import { BrokerError, type Clock, systemCode } from "@tidewaiter/runtime";
import { encodeStreamHead, STREAM_CONTENT_TYPE } from "@tidewaiter/tunnel";
import type { Dispatcher } from "undici";
import type { ForwardedResponse } from "./forwarder.ts";
import { prefixed } from "./prefixed.ts";

const MAX_TRIES = 4;
const RETRY_WAIT_MS = 500;
const NOT_SENT = new Set(["ECONNRESET", "ENOTFOUND", "ECONNREFUSED", "ETIMEDOUT", "UND_ERR_CONNECT_TIMEOUT"]);

export interface ResponsePost {
  /** Address of the response, without secrets other than the vendor's own form asks for. */
  readonly url: URL;
  readonly headers: Record<string, string>;
  readonly signal: AbortSignal;
}

/** Sends a response by HTTP POST, head first, body as it flows (protocol 1.7b). */
export async function postResponse(
  dispatcher: Dispatcher,
  response: ForwardedResponse,
  { url, headers, signal }: ResponsePost,
  clock: Clock,
): Promise<void> {
  const { body, length, first: read = [], ...head } = response;
  const prefix = encodeStreamHead(head);
  const first = [prefix, ...read];
  const errors: string[] = [];
  for (let attempt = 0; ; attempt += 1) {
    try {
      const answer = await dispatcher.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: "POST",
        headers: {
          "content-type": STREAM_CONTENT_TYPE,
          ...headers,
          ...(length !== undefined && { "content-length": String(prefix.length + length) }),
          "snyk-broker-retry-count": String(attempt),
          ...(errors.length > 0 && { "snyk-broker-retry-errors": errors.join(",") }),
        },
        body: Buffer.isBuffer(body) ? Buffer.concat([prefix, body]) : prefixed(first, body),
        signal,
      });
      await answer.body.dump();
      if (answer.statusCode >= 400)
        throw new BrokerError("EXCHANGE_LOST", `the server answered ${answer.statusCode} to a response`);
      return;
    } catch (error) {
      const code = systemCode(error) ?? "";
      const isUntouched = Buffer.isBuffer(body) || !body.readableDidRead;
      if (!NOT_SENT.has(code) || !isUntouched || attempt + 1 >= MAX_TRIES || signal.aborted) {
        if (body instanceof Readable) body.destroy();
        throw error;
      }
      errors.push(code);
      await clock.sleep(RETRY_WAIT_MS, signal);
    }
  }
}
