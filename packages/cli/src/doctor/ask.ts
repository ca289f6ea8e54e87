import { BrokerError, createDispatcher, type Env, outboundFromEnv, systemCode } from "@tidewaiter/runtime";

const LIMIT_BYTES = 4 * 1024 * 1024;

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** The body as JSON, undefined when it is none. */
  readonly json: unknown;
  readonly durationMs: number;
}
export type Ask = (url: URL, path: string, timeoutMs?: number) => Promise<Answer>;

/**
 * Calls with the proxy and CA settings of the environment. Answers are read up to 4 MiB.
 *
 * @throws {BrokerError} UNAVAILABLE, TIMEOUT, CANCELLED, PAYLOAD_TOO_LARGE (from the returned function).
 */
export function createAsk(env: Env, signal: AbortSignal): Ask & { close(): Promise<void> } {
  const dispatcher = createDispatcher({ ...outboundFromEnv(env), headersTimeoutMs: 60_000 });
  const ask: Ask = async (url, path, timeoutMs = 5_000) => {
    const start = performance.now();
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await dispatcher.request({
        origin: url.origin,
        path: `${url.pathname.replace(/\/$/, "")}${path}`,
        method: "GET",
        signal: AbortSignal.any([signal, limit]),
      });
      const text = await readText(answer.body);
      return { status: answer.statusCode, text, json: parse(text), durationMs: Math.round(performance.now() - start) };
    } catch (error) {
      throw translate(error, url, limit.aborted, signal.aborted);
    }
  };
  return Object.assign(ask, { close: () => dispatcher.close() });
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > LIMIT_BYTES) throw new BrokerError("PAYLOAD_TOO_LARGE", `an answer of more than ${LIMIT_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function translate(error: unknown, url: URL, isLate: boolean, isStopped: boolean): BrokerError {
  if (error instanceof BrokerError) return error;
  if (isStopped) return new BrokerError("CANCELLED", "stopped", { cause: error });
  if (isLate) return new BrokerError("TIMEOUT", `${url.origin} does not answer`, { cause: error });
  const reason = systemCode(error) ?? "no connection";
  return new BrokerError("UNAVAILABLE", `${url.origin} cannot be reached (${reason})`, {
    cause: error,
    likely: "the process is not running there, or a firewall, proxy or certificate stands between",
    action: "check the address as seen from this machine",
  });
}
