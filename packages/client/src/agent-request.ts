import type { Readable } from "node:stream";
import { BrokerError, type Clock, systemCode } from "@tidewaiter/runtime";
import { INLINE_BODY_BYTES, type Target } from "@tidewaiter/tunnel";
import type { Dispatcher } from "undici";
import { type AgentResponse, requestAgent } from "./agent-response.ts";

const RETRY_WAIT_MS = 500;
/** The request never left: sending it again is safe for every method. */
const NOT_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);
const LATE = new Set(["ETIMEDOUT", "UND_ERR_CONNECT_TIMEOUT", "UND_ERR_HEADERS_TIMEOUT"]);

export interface AgentRequest {
  readonly target: Target;
  readonly method: string;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer | Readable | undefined;
  readonly signal: AbortSignal;
}

/** Sends an allowed request to where its rule points. Redirects are not followed. */
export type AgentCaller = (request: AgentRequest) => Promise<AgentResponse>;

export function createAgentCaller(dispatcher: Dispatcher, maxRetries: number, clock: Clock): AgentCaller {
  return async (request) => {
    const { target, method, headers, body, signal } = request;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const { origin, path } = target;
        const options = { origin, path, method: method as Dispatcher.HttpMethod, headers, body: body ?? null };
        return await requestAgent(dispatcher, options, INLINE_BODY_BYTES, signal);
      } catch (error) {
        signal.throwIfAborted();
        const isSafe = NOT_SENT.has(systemCode(error) ?? "") && (body === undefined || Buffer.isBuffer(body));
        if (!isSafe || attempt >= maxRetries) throw agentError(error);
        await clock.sleep(RETRY_WAIT_MS, signal);
      }
    }
  };
}

/** A failed call to the agent in the words of the error table. */
export function agentError(error: unknown): BrokerError {
  const isLate = error instanceof Error && error.name === "TimeoutError";
  const code = isLate ? "ETIMEDOUT" : (systemCode(error) ?? "");
  const message = error instanceof Error ? error.message : "the agent could not be called";
  if (LATE.has(code)) return new BrokerError("DOWNSTREAM_TIMEOUT", message, { cause: error });
  if (NOT_SENT.has(code)) return new BrokerError("DOWNSTREAM_UNREACHABLE", message || code, { cause: error });
  return new BrokerError("DOWNSTREAM_ERROR", message, { cause: error });
}
