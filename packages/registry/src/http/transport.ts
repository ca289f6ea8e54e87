import type { Readable } from "node:stream";
import { createDispatcher, type OutboundOptions, productVersion } from "@tidewaiter/runtime";
import createDebug from "debug";
import { type Dispatcher, request } from "undici";
import { networkError } from "./network-error.ts";

const debug = createDebug("tidewaiter:registry");

export interface HttpCall {
  readonly method: "GET" | "HEAD" | "POST";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** An answer with its body still to be read; whoever gets one reads it or calls `discard`. */
export interface HttpAnswer {
  readonly status: number;
  readonly url: URL;
  readonly body: Readable;
  /** One value of a header: the first, where a server sent several. */
  header(name: string): string | undefined;
  headers(name: string): readonly string[];
  discard(): Promise<void>;
}

/** Sends one call: no redirect followed, nothing tried again. */
export interface Transport {
  send(call: HttpCall): Promise<HttpAnswer>;
  /** For clients of their own (vendor APIs): the same proxies and authorities. */
  readonly dispatcher: Dispatcher;
  close(): Promise<void>;
}

/** @throws (from `send`) {BrokerError} REGISTRY_DNS, REGISTRY_UNREACHABLE, REGISTRY_TLS, REGISTRY_PLAIN_HTTP, TIMEOUT. */
export function createTransport(outbound: OutboundOptions): Transport {
  const dispatcher = createDispatcher(outbound);
  // Docker Hub refuses callers without a User-Agent.
  const common = { "user-agent": `tidewaiter/${productVersion()}`, "accept-encoding": "identity" };
  return {
    dispatcher,
    async send({ method, url, headers, body, signal }) {
      try {
        const answer = await request(url, { dispatcher, method, headers: { ...common, ...headers }, body, signal });
        debug("%s %s%s %d", method, url.host, url.pathname, answer.statusCode);
        return wrap(answer, url);
      } catch (error) {
        debug("%s %s%s failed", method, url.host, url.pathname);
        throw networkError(error, url);
      }
    },
    close: () => dispatcher.destroy(),
  };
}

type UndiciAnswer = Awaited<ReturnType<typeof request>>;

function wrap(answer: UndiciAnswer, url: URL): HttpAnswer {
  // A body that is cut off unread raises an error event; its readers get the error from reading.
  answer.body.on("error", () => {});
  const headers = (name: string): readonly string[] => {
    const value = answer.headers[name];
    return value === undefined ? [] : Array.isArray(value) ? value : [value];
  };
  return {
    status: answer.statusCode,
    url,
    body: answer.body,
    headers,
    header: (name) => headers(name)[0],
    // Short bodies are read to keep the socket, long ones cut.
    discard: () => answer.body.dump({ limit: 64 * 1024 }).catch(() => {}),
  };
}
