import { AGENT_HEADERS } from "@tidewaiter/contract";
import type { ExchangeRequest } from "@tidewaiter/tunnel";

type Headers = Record<string, string | string[]>;

/** What the vendor's server adds for itself; the agent has no use for it (protocol 1.8). */
const SERVER_ONLY = new Set([
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-forwarded-host",
  "x-forwarded-port",
  "content-length",
  "snyk-acting-group-public-id",
  "snyk-acting-org-public-id",
  "snyk-acting-user-public-id",
  "snyk-flow-name",
  "snyk-product-line",
  "snyk-project-type",
  "snyk-integration-type",
  "x-snyk-broker-context-id",
]);

/** What the client alone may tell the agent. */
export interface OwnHeaders {
  readonly connection: string;
  readonly callback: string | undefined;
  readonly agentSecret: string | undefined;
}

export interface AgentHeaderOptions {
  readonly own: OwnHeaders | undefined;
  readonly dropsForwarded: boolean;
  readonly version: string;
  /** The vendor's server inflates bodies but leaves the header that says otherwise; ours passes both as they came. */
  readonly isInflated: boolean;
}

/**
 * Headers of a request as the agent gets them: without the server's own and without any `x-tidewaiter-` from outside,
 * which only this client may set, on requests to the agent.
 */
export function agentHeaders(request: ExchangeRequest, options: AgentHeaderOptions): Headers {
  const headers: Headers = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (SERVER_ONLY.has(name) || name.startsWith("x-tidewaiter-")) continue;
    if (options.isInflated && name === "content-encoding") continue;
    if (options.dropsForwarded && (name.startsWith("x-forwarded-") || name === "forwarded")) continue;
    headers[name] = value;
  }
  if (headers["user-agent"] !== undefined) headers["x-broker-origin-ua"] = headers["user-agent"];
  headers["user-agent"] = `Snyk Broker Client ${options.version}`;
  headers["x-request-id"] ??= request.requestId;
  headers["snyk-request-id"] = request.requestId;
  return options.own ? { ...headers, ...ownHeaders(options.own) } : headers;
}

export function ownHeaders({ connection, callback, agentSecret }: OwnHeaders): Record<string, string> {
  return {
    [AGENT_HEADERS.connection]: connection,
    ...(callback !== undefined && { [AGENT_HEADERS.callback]: callback }),
    ...(agentSecret !== undefined && { [AGENT_HEADERS.secret]: agentSecret }),
  };
}

/** What the vendor calls the outcome of a call to the agent (protocol 1.9). */
export function errorTypeOf(status: number): string | undefined {
  if (status === 401) return "DOWNSTREAM_UNAUTHORIZED";
  if (status === 403) return "DOWNSTREAM_FORBIDDEN";
  if (status === 429) return "DOWNSTREAM_RATE_LIMITED";
  if (status >= 500) return "DOWNSTREAM_SERVER_ERROR";
  if (status >= 400 && status !== 404) return "DOWNSTREAM_UNEXPECTED";
  return undefined;
}
