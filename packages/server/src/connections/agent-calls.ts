import type { Readable } from "node:stream";
import { BrokerError, isErrorCode } from "@tidewaiter/runtime";
import { z } from "zod";
import type { TunnelHub, TunnelRequest } from "../tunnel/hub.ts";

export interface AgentCall {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly deadlineMs?: number;
}

/** Calls to the agent of a connection, through the tunnel, with the registry credentials that its client fills in. */
export interface AgentCalls {
  /** @throws {BrokerError} The agent's own code, or NO_CONNECTION, EXCHANGE_LOST, TIMEOUT, DOWNSTREAM_UNREACHABLE. */
  json<S extends z.ZodType>(connectionId: string, schema: S, call: AgentCall): Promise<z.output<S>>;
  /** The answer whatever its status; `body` is undefined when it is no JSON. */
  raw(connectionId: string, call: AgentCall): Promise<{ status: number; body: unknown }>;
}

export function createAgentCalls(hub: Pick<TunnelHub, "call">, maxAnswerBytes: number): AgentCalls {
  const raw: AgentCalls["raw"] = async (connectionId, call) => {
    const response = await hub.call(connectionId, toTunnel(call));
    const text = await readText(response.body, maxAnswerBytes, call.path);
    return { status: response.status, body: parseJson(text) };
  };
  return {
    raw,
    async json(connectionId, schema, call) {
      const { status, body } = await raw(connectionId, call);
      if (status >= 400) throw agentError(status, body);
      const parsed = schema.safeParse(body);
      if (parsed.success) return parsed.data;
      throw new BrokerError(
        "EXCHANGE_LOST",
        `the agent's answer to ${call.method} ${call.path.split("?")[0]} cannot be read`,
        {
          likely: "what answered behind the broker client is no registry agent, or one of another release",
          action: "check CR_AGENT_URL on the broker client, and the agent's version",
          cause: parsed.error,
        },
      );
    },
  };
}

function toTunnel({ method, path, body, signal, deadlineMs }: AgentCall): TunnelRequest {
  return {
    method,
    path,
    headers: { accept: "application/json", ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: Buffer.from(JSON.stringify(body)) }),
    ...(signal && { signal }),
    ...(deadlineMs !== undefined && { deadlineMs }),
    withCredentials: true,
  };
}

async function readText(body: Readable, maxBytes: number, path: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += (chunk as Buffer).length;
    if (size > maxBytes) {
      body.destroy();
      throw new BrokerError(
        "PAYLOAD_TOO_LARGE",
        `the agent's answer to ${path.split("?")[0]} is over ${maxBytes} bytes`,
      );
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const problem = z.object({
  code: z.string().max(64),
  message: z.string().max(4096),
  likely: z.string().max(4096).optional(),
  action: z.string().max(8192).optional(),
});
const answer = z.union([z.object({ error: problem }).transform(({ error }) => error), problem]);

/** The agent's (`{error: …}`), the client's and the vendor's (`{code, message}`) errors as ours. */
function agentError(status: number, body: unknown): BrokerError {
  const parsed = answer.safeParse(body);
  if (parsed.success && isErrorCode(parsed.data.code)) {
    const { code, message, likely, action } = parsed.data;
    // The agent does not know its caller: that is between client and agent, and no reason to sign a person out.
    return new BrokerError(code === "UNAUTHENTICATED" ? "DOWNSTREAM_UNREACHABLE" : code, message, { likely, action });
  }
  const reason = parsed.success ? `: ${parsed.data.message}` : "";
  if (status === 401 || status === 403)
    return new BrokerError("FILTER_BLOCKED", `the broker client refused the call${reason}`);
  return new BrokerError("DOWNSTREAM_UNREACHABLE", `the agent answered ${status}${reason}`);
}
