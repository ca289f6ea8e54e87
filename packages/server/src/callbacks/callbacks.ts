import { CALLBACK_PATHS } from "@tidewaiter/contract";
import { BrokerError, createLimiter, type Limiter, type Logger, toBrokerError } from "@tidewaiter/runtime";
import type { CallbackAnswer, CallbackRequest } from "../tunnel/hub.ts";
import { readBody } from "./body.ts";

export interface CallbackHandlers {
  /** The raw bytes: parsing a large result is the worker's business. */
  readonly result: (connectionId: string, bytes: Uint8Array, signal: AbortSignal) => Promise<void>;
  readonly progress: (connectionId: string, body: unknown) => Promise<void>;
  readonly push: (connectionId: string, body: unknown) => Promise<void>;
}

const MAX_SMALL_BYTES = 1_048_576;
/** Results that are in memory at once; the bodies of others wait in their tunnels. */
const RESULTS_AT_ONCE = 4;
/** The vendor's client also knows the paths without the first part. */
const normalise = (path: string): string => path.split("?")[0]?.replace(/^\/api(?=\/)/, "") ?? "";

/** Answers what agents post up their tunnels. Never throws: every fault becomes the answer. */
export function createCallbackAnswerer(
  handlers: CallbackHandlers,
  maxResultBytes: number,
  log: Logger,
): (request: CallbackRequest) => Promise<CallbackAnswer> {
  const results = createLimiter(RESULTS_AT_ONCE);
  return async (request) => {
    try {
      await dispatch(request, handlers, maxResultBytes, results);
      return { status: 200, headers: { "content-type": "application/json" }, body: '{"ok":true}' };
    } catch (thrown) {
      const error = toBrokerError(thrown);
      const fields = { connectionId: request.connectionId, path: request.path, code: error.code };
      if (error.status >= 500) log.error("callback failed", { ...fields, error: error.cause ?? error });
      else log.warn("callback refused", { ...fields, reason: error.message });
      const headers: Record<string, string> = { "content-type": "application/json" };
      if (error.retryAfterMs !== undefined) headers["retry-after"] = String(Math.ceil(error.retryAfterMs / 1_000));
      return { status: error.status, headers, body: JSON.stringify(error.toProblem()) };
    }
  };
}

async function dispatch(
  request: CallbackRequest,
  handlers: CallbackHandlers,
  maxResultBytes: number,
  results: Limiter,
): Promise<void> {
  const { connectionId, method, headers, body, signal } = request;
  const path = normalise(request.path);
  if (method.toUpperCase() !== "POST") throw noRoute(request);
  const read = (maxBytes: number): Promise<Buffer> => readBody(body, headers["content-encoding"], maxBytes, signal);
  if (path === normalise(CALLBACK_PATHS.result)) {
    return results.run(async () => handlers.result(connectionId, await read(maxResultBytes), signal), signal);
  }
  if (path === normalise(CALLBACK_PATHS.progress)) {
    return handlers.progress(connectionId, parseJson(await read(MAX_SMALL_BYTES)));
  }
  if (path === normalise(CALLBACK_PATHS.push)) {
    return handlers.push(connectionId, parseJson(await read(MAX_SMALL_BYTES)));
  }
  // The result said all that "done" says; it is taken, so that agents do not repeat it.
  if (path === normalise(CALLBACK_PATHS.done)) return void (await read(MAX_SMALL_BYTES));
  throw noRoute(request);
}

function noRoute({ method, path }: CallbackRequest): BrokerError {
  return new BrokerError("NOT_FOUND", `no callback ${method} ${path.split("?")[0]}`);
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    throw new BrokerError("INPUT_INVALID", "the body is no JSON", { cause: error });
  }
}
