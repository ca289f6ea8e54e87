import type { Readable } from "node:stream";
import { type Logger, toBrokerError } from "@tidewaiter/runtime";
import {
  denialBody,
  type ExchangeRequest,
  endToEndHeaders,
  type Filter,
  type FilterDecision,
  placeholder,
  readBounded,
  resolveTarget,
  type StreamHead,
  substituteBody,
  substituteHeaders,
  TUNNEL_DENIAL,
  type Variables,
} from "@tidewaiter/tunnel";
import type { AgentCaller } from "./agent-request.ts";
import { agentHeaders, errorTypeOf, type OwnHeaders } from "./down-headers.ts";
import { asForm } from "./form-body.ts";

export interface ForwarderOptions {
  readonly filter: Filter;
  readonly variables: Variables;
  readonly call: AgentCaller;
  readonly own: OwnHeaders;
  readonly version: string;
  readonly credentialHeader: string;
  readonly substitutesHeaders: boolean;
  readonly substitutesBodies: boolean;
  readonly dropsForwarded: boolean;
  readonly isInsecureDownstream: boolean;
  /** Response headers are logged, at debug level. */
  readonly isVerbose: boolean;
  /** Longest body that is read for a condition of a rule. */
  readonly maxMessageBytes: number;
  /** Told of each outcome, without rule when none allowed the request. */
  readonly onOutcome: (rule: string | undefined, status: number) => void;
  readonly log: Logger;
}

const NO_BODY = Buffer.alloc(0);

/** A response on its way up. A body in memory is small, or was made here. */
export interface ForwardedResponse extends StreamHead {
  readonly body: Buffer | Readable;
  /** Size of a body that flows, where the agent said it. */
  readonly length?: number;
  /** What has been read of the body already. */
  readonly first?: readonly Buffer[];
}

/** A request whose body is in memory, or is fetched when a rule has let the request pass. */
export interface IncomingRequest extends ExchangeRequest {
  readonly openBody?: (signal: AbortSignal) => Promise<Readable>;
  /** It came from a server of ours, as it was received there. */
  readonly isOwn?: boolean;
}

/** Takes a request that came down through filter, substitution and the agent. Never rejects: faults become responses. */
export type Forwarder = (request: IncomingRequest, signal: AbortSignal) => Promise<ForwardedResponse>;

export function createForwarder(options: ForwarderOptions): Forwarder {
  const { log } = options;
  return async (request, signal) => {
    try {
      return await forward(options, request, signal);
    } catch (thrown) {
      const error = toBrokerError(thrown);
      const fields = { requestId: request.requestId, method: request.method, code: error.code };
      if (error.code === "SUBSTITUTION_REFUSED")
        log.warn("refused what the server asked for", { ...fields, reason: error.message, audit: true });
      else log.warn("a request could not be forwarded", { ...fields, error: error.cause ?? error });
      return local(error.status, { ...error.toProblem() }, error.code);
    }
  };
}

async function forward(
  options: ForwarderOptions,
  incoming: IncomingRequest,
  signal: AbortSignal,
): Promise<ForwardedResponse> {
  const { decision, request } = await decide(options, incoming, signal);
  if (decision.kind !== "allowed") {
    options.onOutcome(undefined, 401);
    const { requestId, method, url } = request;
    options.log.warn("denied a request of the server", { requestId, method, path: url.split("?", 1)[0], ...decision });
    return local(401, denialBody(TUNNEL_DENIAL, request.url, decision), "FILTER_BLOCKED");
  }
  const { rule, target: url } = decision;
  const isAgentRule = rule.origin === placeholder("CR_AGENT_URL");
  const policy = {
    variables: options.variables,
    credentialHeader: options.credentialHeader,
    isAgentRule,
    isHeaderAllowed: options.substitutesHeaders,
    isBodyAllowed: options.substitutesBodies,
  };
  const target = resolveTarget(rule, url, options.variables);
  const headers = agentHeaders(
    { ...request, headers: substituteHeaders(request.headers, policy) },
    {
      own: isAgentRule ? options.own : undefined,
      dropsForwarded: options.dropsForwarded,
      version: options.version,
      isInflated: !request.isOwn,
    },
  );
  if (target.authorization !== undefined) headers.authorization = target.authorization;
  const whole = request.body && asForm(headers, substituteBody(request.body, policy));
  const body = request.openBody ? await request.openBody(signal) : whole;
  const length = request.headers["content-length"];
  if (request.openBody && length !== undefined) headers["content-length"] = length;
  const origin = options.isInsecureDownstream ? target.origin.replace(/^https:/, "http:") : target.origin;
  const answer = await options.call({ target: { ...target, origin }, method: request.method, headers, body, signal });
  options.onOutcome(rule.path, answer.status);
  const told = { requestId: request.requestId, method: request.method, rule: rule.path, status: answer.status };
  options.log.info("request forwarded", told);
  if (options.isVerbose) options.log.debug("the agent's response headers", { ...told, headers: answer.headers });
  const errorType = errorTypeOf(answer.status);
  return {
    status: answer.status,
    headers: { ...endToEndHeaders(answer.headers), "snyk-request-id": request.requestId },
    body: answer.body,
    ...(errorType && { errorType }),
    ...lengthOf(request.method, answer.status, answer.headers["content-length"]),
  };
}

/** A response to HEAD, and one without content, may name the length of a body that does not follow. */
function lengthOf(method: string, status: number, header: string | string[] | undefined): { length?: number } {
  const hasBody = method !== "HEAD" && status !== 204 && status !== 304;
  return hasBody && typeof header === "string" && /^\d{1,15}$/.test(header) ? { length: Number(header) } : {};
}

/** A body that is fetched stays where it is, unless a rule looks into it. */
async function decide(
  { filter, maxMessageBytes }: ForwarderOptions,
  request: IncomingRequest,
  signal: AbortSignal,
): Promise<{ decision: FilterDecision; request: IncomingRequest }> {
  const { openBody, ...rest } = request;
  const decision = filter.decide(openBody ? rest : { ...rest, body: request.body ?? NO_BODY });
  if (decision.kind !== "needs-body" || !openBody) return { decision, request };
  const body = await readBounded(await openBody(signal), maxMessageBytes, signal);
  return { decision: filter.decide({ ...rest, body }), request: { ...rest, body } };
}

/** An answer made here; the vendor sends such bodies without headers of their own, ours say that they are JSON. */
function local(status: number, body: Record<string, unknown>, errorType: string): ForwardedResponse {
  const bytes = Buffer.from(JSON.stringify(body));
  return { status, headers: { "content-type": "application/json; charset=utf-8" }, body: bytes, errorType };
}
