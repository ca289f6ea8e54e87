import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { BrokerError, closedSignal, sendBytes, sendJson, toBrokerError } from "@tidewaiter/runtime";
import { denialBody, exchangeId, type Filter, type FilterDecision, HTTP_DENIAL, readBounded } from "@tidewaiter/tunnel";
import { answeringAbsence, noConnection } from "./absent-client.ts";
import type { ClientDirectory } from "./client-directory.ts";
import type { ExchangeAnswer } from "./exchanges.ts";
import { downHeaders } from "./request-headers.ts";
import type { TunnelSettings } from "./settings.ts";
import { hasBody, type TrafficHandler } from "./traffic-path.ts";

const CONTEXT = /\/ctx\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=\/|$|\?)/i;

/** A request for a connection, ready to go down. */
export interface PassThroughRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Readable | Uint8Array | undefined;
  readonly requestId: string;
  readonly wantsAck: boolean;
  readonly signal: AbortSignal;
}

export interface PassThroughOptions {
  readonly directory: ClientDirectory;
  readonly settings: TunnelSettings;
  /** The server's own public rules. */
  readonly filter: Filter;
  readonly mayCall: (authorization: string | undefined, connectionId: string | undefined) => Promise<boolean>;
  readonly forward: (connectionId: string, request: PassThroughRequest) => Promise<ExchangeAnswer>;
  /** The public rules did not let a request of a known token through. */
  readonly onDenied: (
    connectionId: string,
    request: { readonly method: string; readonly url: string },
    decision: FilterDecision,
  ) => void;
}

/** `ANY /broker/:token/*`: any request goes to the client of this token, and its response comes back as it flows. */
export function passThroughRoute(options: PassThroughOptions): TrafficHandler {
  const { directory, settings, filter, forward } = options;
  const isOpen = settings.TIDEWAITER_OPEN_BROKER;
  return async (req, res, { hash, rest }) => {
    const method = req.method ?? "";
    const connectionId = directory.connectionOf(hash);
    if (!isOpen && !(await options.mayCall(req.headers.authorization, connectionId))) throw notAllowed(req);
    const requestId = exchangeId(req.headers);
    const { url, context } = cutContext(rest);
    const headers = downHeaders(req.headers, requestId);
    if (!isOpen) delete headers.authorization;
    if (context) headers["x-snyk-broker-context-id"] = context;
    res.setHeader("snyk-request-id", requestId);
    const decided = await decide(filter, { method, url, headers }, hasBody(req) ? req : undefined, settings);
    if (decided.decision.kind !== "allowed") {
      if (connectionId !== undefined) options.onDenied(connectionId, { method, url }, decided.decision);
      sendJson(res, 401, denialBody(HTTP_DENIAL, url, decided.decision));
      return;
    }
    if (connectionId === undefined) return answeringAbsence(res, () => Promise.reject(noConnection()));
    const wantsAck = Boolean(req.headers["x-broker-ws-response"]);
    const signal = closedSignal(res);
    const request = { method, url: decided.url, headers, body: decided.body, requestId, wantsAck, signal };
    await answeringAbsence(res, async () => relay(await forward(connectionId, request), res));
  };
}

interface Decided {
  readonly url: string;
  readonly body: Readable | Uint8Array | undefined;
  readonly decision: FilterDecision;
}

/** A rule that looks into the body makes us read it first. */
async function decide(
  filter: Filter,
  subject: { method: string; url: string; headers: Record<string, string | string[]> },
  stream: Readable | undefined,
  settings: TunnelSettings,
): Promise<Decided> {
  let body: Readable | Uint8Array | undefined = stream;
  let decision = filter.decide(stream ? subject : { ...subject, body: Buffer.alloc(0) });
  if (decision.kind === "needs-body" && stream) {
    const bytes = await readBounded(stream, settings.TIDEWAITER_MAX_MESSAGE_BODY_BYTES);
    decision = filter.decide({ ...subject, body: bytes });
    body = bytes;
  }
  return { url: decision.kind === "allowed" ? decision.target.url : subject.url, body, decision };
}

/** Writes an answer out; a body that breaks off breaks the response off, too. */
export async function relay({ head, body }: ExchangeAnswer, res: ServerResponse): Promise<void> {
  const { "snyk-request-id": _ours, ...headers } = head.headers;
  if (Buffer.isBuffer(body)) {
    sendBytes(res, head.status, headers, body);
    return;
  }
  res.writeHead(head.status, headers);
  try {
    await pipeline(body, res);
  } catch (error) {
    if (toBrokerError(error).code !== "INTERNAL") throw error;
    res.destroy();
  }
}

function cutContext(raw: string): { url: string; context: string | undefined } {
  const url = raw.startsWith("/") ? raw : `/${raw}`;
  const withoutRole = dropRole(url);
  const context = CONTEXT.exec(withoutRole)?.[1];
  return { url: context ? withoutRole.replace(CONTEXT, "") || "/" : withoutRole, context };
}

/** The vendor's own routing parameter; nothing behind the tunnel sees it. */
function dropRole(url: string): string {
  if (!url.includes("connection_role=")) return url;
  const cut = url.replace(/([?&])connection_role=[^&#]*(&|$)/, (_whole, before: string, after: string) =>
    after === "&" ? before : "",
  );
  return cut;
}

function notAllowed({ headers }: IncomingMessage): BrokerError {
  const code = headers.authorization ? "FORBIDDEN" : "UNAUTHENTICATED";
  return new BrokerError(code, "calling through a tunnel needs an API key with the scope tunnel:call");
}
