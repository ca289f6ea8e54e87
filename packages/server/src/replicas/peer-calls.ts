import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  BrokerError,
  closedSignal,
  createDispatcher,
  isErrorCode,
  type OutboundOptions,
  systemCode,
} from "@tidewaiter/runtime";
import { endToEndHeaders } from "@tidewaiter/tunnel";
import type { Request } from "express";
import type { Dispatcher } from "undici";
import type { TunnelRequest, TunnelResponse } from "../tunnel/hub.ts";
import { flatHeaders } from "../tunnel/request-headers.ts";
import { PROOF_HEADER } from "../tunnel/traffic-path.ts";
import type { PeerProof } from "./peer-proof.ts";
import type { Peer } from "./replica-table.ts";

export interface PeerCallsOptions {
  readonly proof: PeerProof;
  readonly outbound: OutboundOptions;
  /** Longest wait for the head of a tunnel's response, ms. */
  readonly headMs: number;
  /** Longest silence inside a body, ms. */
  readonly bodyIdleMs: number;
  /** A server could not be reached. */
  readonly onUnreachable: (peer: Peer) => void;
}

/** What this server asks of the others. */
export interface PeerCalls {
  /** A call into a tunnel that the other server holds. @throws {BrokerError} its code, TUNNEL_DOWN or EXCHANGE_LOST. */
  call(peer: Peer, connectionId: string, request: TunnelRequest): Promise<TunnelResponse>;
  /** Lets the other server answer a request that came here. */
  relay(peer: Peer, req: IncomingMessage & { readonly originalUrl?: string }, res: ServerResponse): Promise<void>;
  /** The answer of another server to a GET that came here. */
  ask(peer: Pick<Peer, "url">, req: Request): Promise<{ status: number; body: unknown }>;
  /** The other server's advisory database. */
  advisories(peer: Peer, signal: AbortSignal): Promise<Readable>;
  /** What the other server tells of itself at one of its own paths. */
  read(peer: Peer, path: string, signal: AbortSignal): Promise<unknown>;
  close(): Promise<void>;
}

export const CALL_PATH = "/replica/call";
export const ADVISORIES_PATH = "/replica/advisories";
export const NODE_PATH = "/replica/node";
export const TRAFFIC_PATH = "/replica/traffic";
export const DEADLINE_HEADER = "x-tidewaiter-deadline-ms";
export const CREDENTIALS_HEADER = "x-tidewaiter-with-credentials";
/** Tells an answer of the tunnel's other end from one of the server in between. */
export const ANSWERED_HEADER = "x-tidewaiter-answered";

/** The other server's own deadline comes first, so that its reason arrives. */
const MARGIN_MS = 5_000;
const ASK_MS = 10_000;
const NOT_SENT: readonly string[] = [
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
];

export function createPeerCalls(options: PeerCallsOptions): PeerCalls {
  const { proof, headMs, bodyIdleMs, onUnreachable } = options;
  const { ca, rejectUnauthorized } = options.outbound;
  // Neighbours are reached without a proxy.
  const dispatcher = createDispatcher({ ca, rejectUnauthorized, connectTimeoutMs: 3_000, connections: 256 });

  async function open(peer: Pick<Peer, "url">, path: string, sent: Sent): Promise<Dispatcher.ResponseData> {
    const headers = { ...sent.headers, [PROOF_HEADER]: proof.sign(sent.method, path) };
    return dispatcher.request({
      origin: new URL(peer.url).origin,
      path,
      method: sent.method as Dispatcher.HttpMethod,
      headers,
      body: sent.body,
      signal: sent.signal,
      headersTimeout: sent.headMs ?? headMs + MARGIN_MS,
      bodyTimeout: bodyIdleMs,
    });
  }

  async function openOrTell(peer: Peer, path: string, sent: Sent): Promise<Dispatcher.ResponseData> {
    try {
      return await open(peer, path, sent);
    } catch (error) {
      sent.signal?.throwIfAborted();
      throw lost(peer, error, onUnreachable);
    }
  }

  return {
    async call(peer, connectionId, request) {
      const { method, path, body, signal, deadlineMs = headMs, withCredentials = false } = request;
      const answer = await openOrTell(peer, `${CALL_PATH}/${connectionId}${path}`, {
        method,
        headers: {
          ...request.headers,
          ...(body instanceof Uint8Array && { "content-length": String(body.length) }),
          [DEADLINE_HEADER]: String(deadlineMs),
          [CREDENTIALS_HEADER]: String(withCredentials),
        },
        body: body as Buffer | Readable | undefined,
        signal,
        headMs: deadlineMs + MARGIN_MS,
      });
      const { [ANSWERED_HEADER]: answered, ...headers } = flatHeaders(endToEndHeaders(answer.headers));
      if (answered === undefined) throw await refusal(answer);
      return { status: answer.statusCode, headers, body: answer.body };
    },
    async relay(peer, req, res) {
      const { method = "", url = "", originalUrl = url } = req;
      const answer = await openOrTell(peer, originalUrl, {
        method,
        headers: endToEndHeaders(req.headers),
        body: method === "GET" || method === "HEAD" ? undefined : req,
        signal: closedSignal(res),
      });
      res.statusCode = answer.statusCode;
      for (const [name, value] of Object.entries(endToEndHeaders(answer.headers))) res.setHeader(name, value);
      await pipeline(answer.body, res).catch(() => res.destroy());
    },
    async ask(peer, { originalUrl, headers }) {
      const { authorization } = headers;
      const answer = await open(peer, originalUrl, {
        method: "GET",
        headers: { ...(authorization !== undefined && { authorization }) },
        headMs: ASK_MS,
      });
      return { status: answer.statusCode, body: await answer.body.json().catch(() => undefined) };
    },
    async advisories(peer, signal) {
      const answer = await openOrTell(peer, ADVISORIES_PATH, { method: "GET", headers: {}, signal });
      if (answer.statusCode !== 200) throw await refusal(answer);
      return answer.body;
    },
    async read(peer, path, signal) {
      const answer = await openOrTell(peer, path, { method: "GET", headers: {}, signal, headMs: ASK_MS });
      if (answer.statusCode !== 200) throw await refusal(answer);
      return answer.body.json();
    },
    close: () => dispatcher.close(),
  };
}

interface Sent {
  readonly method: string;
  readonly headers: Record<string, string | string[]>;
  readonly body?: Buffer | Readable;
  readonly signal?: AbortSignal;
  readonly headMs?: number;
}

/** What was not sent can be sent again; what broke off may have been done. */
function lost(peer: Peer, error: unknown, onUnreachable: (peer: Peer) => void): BrokerError {
  const code = systemCode(error) ?? "";
  if (NOT_SENT.includes(code)) {
    onUnreachable(peer);
    const message = "the server that holds the tunnel cannot be reached";
    return new BrokerError("TUNNEL_DOWN", message, {
      cause: error,
      retryAfterMs: 1_000,
      likely: "that server has just stopped, or its TIDEWAITER_REPLICA_URL is not where the others find it",
      action: "call again in a moment; when it stays, check TIDEWAITER_REPLICA_URL of each server",
    });
  }
  if (code === "UND_ERR_HEADERS_TIMEOUT")
    return new BrokerError("TIMEOUT", "the server that holds the tunnel did not answer in time", { cause: error });
  return new BrokerError("EXCHANGE_LOST", "the server that holds the tunnel went away", { cause: error });
}

/** The other server's own error. */
async function refusal(answer: Dispatcher.ResponseData): Promise<BrokerError> {
  const body = (await answer.body.json().catch(() => undefined)) as { code?: unknown; message?: unknown } | undefined;
  const { code, message } = body ?? {};
  if (typeof code === "string" && isErrorCode(code)) return new BrokerError(code, String(message));
  return new BrokerError("EXCHANGE_LOST", `the server that holds the tunnel answered ${answer.statusCode}`);
}
