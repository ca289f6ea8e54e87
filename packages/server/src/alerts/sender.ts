import { createHmac } from "node:crypto";
import { BrokerError, createDispatcher, type OutboundOptions, systemCode, toBrokerError } from "@tidewaiter/runtime";
import { Agent, type Dispatcher, request } from "undici";
import { assertPublicHost, publicLookup } from "./addresses.ts";

export interface Message {
  readonly id: string;
  readonly event: string;
  readonly url: string;
  /** Signs the body of HTTP channels. */
  readonly secret: string | null;
  readonly body: string;
}

export type SendOutcome =
  | { readonly isDelivered: true; readonly status: number }
  | { readonly isDelivered: false; readonly status: number | null; readonly error: string };

/** Posts alerts. Redirects are not followed; private addresses are refused unless allowed. */
export interface Sender {
  send(message: Message, signal: AbortSignal): Promise<SendOutcome>;
  close(): Promise<void>;
}

export interface SenderOptions {
  readonly allowsPrivate: boolean;
  readonly timeoutMs: number;
  readonly outbound: OutboundOptions;
  readonly now: () => number;
}

const MAX_REASON = 300;

export function createSender(options: SenderOptions): Sender {
  const dispatcher = openDispatcher(options);
  return {
    close: () => dispatcher.close(),
    async send(message, signal) {
      try {
        const url = new URL(message.url);
        if (!options.allowsPrivate) assertPublicHost(url);
        const limit = AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs)]);
        const answer = await request(url, {
          method: "POST",
          headers: headersOf(message, options.now()),
          body: message.body,
          signal: limit,
          dispatcher,
        });
        await answer.body.dump();
        const status = answer.statusCode;
        if (status >= 200 && status < 300) return { isDelivered: true, status };
        return { isDelivered: false, status, error: `the receiver answered ${status}` };
      } catch (error) {
        signal.throwIfAborted();
        return { isDelivered: false, status: null, error: describe(error) };
      }
    },
  };
}

/** Behind a proxy the proxy resolves names, and decides where one may go. */
function openDispatcher({ allowsPrivate, outbound, timeoutMs }: SenderOptions): Dispatcher {
  const hasProxy = outbound.httpProxy !== undefined || outbound.httpsProxy !== undefined;
  if (allowsPrivate || hasProxy) return createDispatcher({ ...outbound, headersTimeoutMs: timeoutMs });
  return new Agent({
    headersTimeout: timeoutMs,
    connect: { timeout: timeoutMs, lookup: publicLookup, ca: outbound.ca },
  });
}

/** The signature covers the time, so that an old message cannot be sent again as a new one. */
function headersOf({ id, event, secret, body }: Message, now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1_000));
  return {
    "content-type": "application/json",
    "user-agent": "tidewaiter",
    "x-tidewaiter-event": event,
    "x-tidewaiter-delivery": id,
    "x-tidewaiter-timestamp": timestamp,
    ...(secret !== null && { "x-tidewaiter-signature": `sha256=${signBody(secret, timestamp, body)}` }),
  };
}

/** Hex HMAC-SHA256 over `<timestamp>.<body>`; receivers compute the same. */
export function signBody(secret: string, timestamp: string, body: string): string {
  return createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
}

/** No address in it: the path of a webhook is often its secret. */
function describe(error: unknown): string {
  const refusal = findBroker(error);
  if (refusal) return `${refusal.code}: ${refusal.message}`.slice(0, MAX_REASON);
  const code = systemCode(error);
  if (code) return `the receiver could not be reached (${code})`;
  return toBrokerError(error).code === "TIMEOUT"
    ? "the receiver did not answer in time"
    : "the receiver could not be reached";
}

function findBroker(error: unknown): BrokerError | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current instanceof BrokerError) return current;
  }
  return undefined;
}
