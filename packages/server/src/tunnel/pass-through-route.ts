import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { BrokerError, closedSignal, toBrokerError } from "@tidewaiter/runtime";
import { denialBody, exchangeId, type Filter, HTTP_DENIAL, readBounded } from "@tidewaiter/tunnel";
import type { Request, Response } from "express";
import type { ClientDirectory } from "./client-directory.ts";
import type { ExchangeAnswer } from "./exchanges.ts";
import { downHeaders } from "./request-headers.ts";
import type { TunnelSettings } from "./settings.ts";
import { isTokenHash, tokenHash } from "./token.ts";

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
}

/** `ANY /broker/:token/*`: any request goes to the client of this token, and its response comes back as it flows. */
export function passThroughRoute(options: PassThroughOptions) {
  const { directory, settings, filter, forward } = options;
  return async (req: Request, res: Response): Promise<void> => {
    const segment = String(req.params.token);
    const connectionId = directory.connectionOf(isTokenHash(segment) ? segment : tokenHash(segment));
    const isOpen = settings.TIDEWAITER_OPEN_BROKER;
    if (!isOpen && !(await options.mayCall(req.headers.authorization, connectionId))) throw notAllowed(req);
    const { url, context } = cutContext(req.originalUrl.slice(req.originalUrl.indexOf(segment) + segment.length));
    const headers = downHeaders(req.headers, exchangeId(req.headers));
    if (!isOpen) delete headers.authorization;
    if (context) headers["x-snyk-broker-context-id"] = context;
    const requestId = String(headers["snyk-request-id"]);
    res.setHeader("snyk-request-id", requestId);
    const body = hasBody(req) ? req : undefined;
    const decided = await decide(filter, { method: req.method, url, headers }, body, settings);
    if (decided.denial) {
      res.status(401).json(decided.denial);
      return;
    }
    if (connectionId === undefined)
      throw new BrokerError("NO_CONNECTION", "no broker client with this token is connected");
    const wantsAck = Boolean(req.headers["x-broker-ws-response"]);
    const signal = closedSignal(res);
    const request = { method: req.method, url: decided.url, headers, body: decided.body, requestId, wantsAck, signal };
    await relay(await forward(connectionId, request), res);
  };
}

interface Decided {
  readonly url: string;
  readonly body: Readable | Uint8Array | undefined;
  readonly denial?: Record<string, unknown>;
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
  if (decision.kind === "allowed") return { url: decision.target.url, body };
  return { url: subject.url, body, denial: denialBody(HTTP_DENIAL, subject.url, decision) };
}

/** Writes an answer out; a body that breaks off breaks the response off, too. */
export async function relay({ head, body }: ExchangeAnswer, res: Response): Promise<void> {
  res.status(head.status);
  for (const [name, value] of Object.entries(head.headers)) if (name !== "snyk-request-id") res.setHeader(name, value);
  if (body instanceof Readable) {
    try {
      await pipeline(body, res);
    } catch (error) {
      if (toBrokerError(error).code !== "INTERNAL") throw error;
      res.destroy();
    }
    return;
  }
  // A response to HEAD names the length of the body that GET would bring.
  if (res.req.method !== "HEAD") res.setHeader("content-length", body.length);
  res.end(body);
}

export function hasBody({ headers }: Request): boolean {
  const length = headers["content-length"];
  return headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
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

function notAllowed({ headers }: Request): BrokerError {
  const code = headers.authorization ? "FORBIDDEN" : "UNAUTHENTICATED";
  return new BrokerError(code, "calling through a tunnel needs an API key with the scope tunnel:call");
}
