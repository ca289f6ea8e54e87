import { Readable } from "node:stream";
import { BrokerError, productVersion, retry } from "@tidewaiter/runtime";
import type { AxiosInstance, AxiosRequestConfig, AxiosResponse } from "axios";
import { type Dispatcher, fetch, Request, Response } from "undici";
import type { z } from "zod";
import { answerError } from "./http/answer-error.ts";
import type { HostGate } from "./http/host-gate.ts";
import { nextLink } from "./http/link-header.ts";
import { networkError } from "./http/network-error.ts";
import type { HttpAnswer } from "./http/transport.ts";
import type { RegistryLimits } from "./limits.ts";

export interface VendorApiOptions {
  /** Calls are relative to it, and never leave its origin. */
  readonly baseUrl: URL;
  /** Authority of each call; asked again after a refusal for age. */
  readonly headers?: (signal?: AbortSignal) => Promise<Readonly<Record<string, string>>>;
}

/** One answer of a vendor's API. */
export interface ApiAnswer<T> {
  readonly data: T;
  /** From `Link: rel="next"`. */
  readonly next?: URL;
  header(name: string): string | undefined;
}

export interface ApiCall {
  readonly signal?: AbortSignal;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** Makes it a POST. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Small JSON calls to what registries offer beside the distribution specification. */
export interface VendorApi {
  /** @throws {BrokerError} NOT_FOUND, REGISTRY_UNAUTHORIZED, REGISTRY_FORBIDDEN, REGISTRY_PROTOCOL (no JSON, other fields) and the network's codes. */
  call<S extends z.ZodType>(path: string | URL, schema: S, call?: ApiCall): Promise<ApiAnswer<z.output<S>>>;
}

export interface VendorApiContext {
  readonly dispatcher: Dispatcher;
  readonly gate: HostGate;
  readonly limits: RegistryLimits;
  readonly scrub: (text: string) => string;
}

export function createVendorApi({ baseUrl, headers }: VendorApiOptions, context: VendorApiContext): VendorApi {
  const { gate, limits, scrub } = context;
  let loading: Promise<AxiosInstance> | undefined;
  const once = async <S extends z.ZodType>(url: URL, schema: S, call: ApiCall): Promise<ApiAnswer<z.output<S>>> => {
    const authority = await headers?.(call.signal);
    loading ??= createClient(context);
    const response = await send(await loading, url, { ...call, headers: { ...authority, ...call.headers } });
    const answer = asAnswer(response, url);
    if (answer.status >= 300) {
      throw await answerError(answer, { kind: "api", name: url.pathname }, limits.maxErrorBytes, scrub);
    }
    const data = readData(response, url, schema);
    const link = nextLink(answer.headers("link"));
    return {
      data,
      header: answer.header,
      ...(link && URL.canParse(link, url.href) && { next: ownOrigin(new URL(link, url), url) }),
    };
  };

  return {
    call(path, schema, call = {}) {
      const url = target(baseUrl, path, call.query);
      const work = () => gate.call(url.host, () => once(url, schema, call), call.signal);
      return retry(work, { policy: limits.retry, signal: call.signal });
    },
  };
}

/** Loaded with the first call: pulls and plain catalogs need no such client. */
async function createClient({ dispatcher, limits }: VendorApiContext): Promise<AxiosInstance> {
  const { default: axios } = await import("axios");
  return axios.create({
    adapter: "fetch",
    // undici's own fetch, so that proxies and authorities are the connection's; its types differ from the global ones in name only.
    env: { fetch, Request, Response } as unknown as AxiosRequestConfig["env"],
    fetchOptions: { dispatcher },
    maxRedirects: 0,
    maxContentLength: limits.maxPageBytes,
    timeout: limits.headersTimeoutMs,
    responseType: "text",
    transformResponse: (body: unknown) => body,
    validateStatus: () => true,
    headers: { "user-agent": `tidewaiter/${productVersion()}`, accept: "application/json" },
  });
}

/** Calls go to the given origin whatever a link says: behind a proxy links name the vendor's host, and a stranger gets no token. */
function target(baseUrl: URL, path: string | URL, query: ApiCall["query"] = {}): URL {
  const url = ownOrigin(new URL(path, baseUrl), baseUrl);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

function ownOrigin(url: URL, base: URL): URL {
  return url.origin === base.origin ? url : new URL(`${url.pathname}${url.search}`, base);
}

async function send(
  client: AxiosInstance,
  url: URL,
  { body, signal, headers }: ApiCall,
): Promise<AxiosResponse<string>> {
  try {
    const method = body === undefined ? "GET" : "POST";
    return await client.request<string>({ url: url.href, method, data: body, signal, headers });
  } catch (error) {
    signal?.throwIfAborted();
    const isClientError = error instanceof Error && "isAxiosError" in error;
    if (isClientError && "code" in error && error.code === "ECONNABORTED") {
      throw new BrokerError("TIMEOUT", `${url.host} did not answer in time`, { cause: error });
    }
    // The library's error carries the whole call with its authority; only what lies below it is passed on.
    throw networkError(isClientError ? (error.cause ?? new Error(error.message)) : error, url);
  }
}

function readData<S extends z.ZodType>(response: AxiosResponse<string>, url: URL, schema: S): z.output<S> {
  const parsed = schema.safeParse(parseJson(response.data));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join(".") || "no JSON object";
  throw new BrokerError("REGISTRY_PROTOCOL", `${url.host}${url.pathname} answered in an unknown form (${where})`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asAnswer(response: AxiosResponse<string>, url: URL): HttpAnswer {
  const headers = (name: string): readonly string[] => {
    const value: unknown = response.headers[name];
    return typeof value === "string" ? [value] : [];
  };
  return {
    status: response.status,
    url,
    body: Readable.from([Buffer.from(response.data ?? "")]),
    headers,
    header: (name) => headers(name)[0],
    discard: async () => {},
  };
}
