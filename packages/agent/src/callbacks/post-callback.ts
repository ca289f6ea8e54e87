import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { BrokerError, parseRetryAfter, systemCode, trustedAuthorities } from "@tidewaiter/runtime";
import axios, { type AxiosInstance } from "axios";
import { lookupCallback, parseCallbackUrl } from "./callback-address.ts";
import { type CallbackAnswer, readAnswer } from "./callback-answer.ts";

const MAX_ANSWER_BYTES = 64 * 1024;

export interface CallbackPost {
  /** Base address of the broker client. */
  readonly callback: string;
  readonly path: string;
  /** JSON, gzipped. */
  readonly body: Uint8Array;
  readonly idempotencyKey?: string;
}

/** Sends callbacks. They follow no redirect, carry no credential and use no proxy: the broker client is a neighbour. */
export interface CallbackPoster {
  /** What the other side made of it; `retry` for one that could not be reached. Rejects only when the signal fires. */
  post(message: CallbackPost, signal: AbortSignal): Promise<CallbackAnswer>;
  close(): void;
}

export interface CallbackPosterOptions {
  readonly timeoutMs: number;
  readonly sockets: number;
  /** PEM of further authorities. */
  readonly ca?: string;
}

export function createCallbackPoster({ timeoutMs, sockets, ca }: CallbackPosterOptions): CallbackPoster {
  const common = { keepAlive: true, maxSockets: sockets, lookup: lookupCallback };
  const httpAgent = new HttpAgent(common);
  const httpsAgent = new HttpsAgent({ ...common, ca: trustedAuthorities(ca) });
  const http = axios.create({
    httpAgent,
    httpsAgent,
    proxy: false,
    maxRedirects: 0,
    maxContentLength: MAX_ANSWER_BYTES,
    maxBodyLength: Number.POSITIVE_INFINITY,
    responseType: "text",
    transformResponse: (text: unknown) => text,
    validateStatus: () => true,
  });
  return {
    post: (message, signal) => post(http, timeoutMs, message, signal),
    close: () => {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}

async function post(
  http: AxiosInstance,
  timeoutMs: number,
  message: CallbackPost,
  signal: AbortSignal,
): Promise<CallbackAnswer> {
  const { callback, path, body, idempotencyKey } = message;
  try {
    const base = parseCallbackUrl(callback);
    const answer = await http.post(`${base}${path}`, Buffer.from(body), {
      headers: {
        "content-type": "application/json",
        "content-encoding": "gzip",
        ...(idempotencyKey && { "idempotency-key": idempotencyKey }),
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    const retryAfterMs = parseRetryAfter(String(answer.headers["retry-after"] ?? ""));
    return readAnswer(answer.status, String(answer.data ?? ""), retryAfterMs);
  } catch (error) {
    signal.throwIfAborted();
    return unreachable(error);
  }
}

function unreachable(error: unknown): CallbackAnswer {
  const refusal = findRefusal(error);
  if (refusal) return { kind: "refused", reason: refusal.message };
  if (axios.isCancel(error)) return { kind: "retry", reason: "no answer within the time limit" };
  return { kind: "retry", reason: `not reached (${systemCode(error) ?? "connection failed"})` };
}

function findRefusal(error: unknown): BrokerError | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current instanceof BrokerError) return current;
  }
  return undefined;
}
