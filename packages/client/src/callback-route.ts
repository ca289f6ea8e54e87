import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { closedSignal } from "@tidewaiter/runtime";
import {
  denialBody,
  endToEndHeaders,
  exchangeId,
  type Filter,
  type FilterDecision,
  HTTP_DENIAL,
  readBounded,
} from "@tidewaiter/tunnel";
import type { NextFunction, Request, Response } from "express";
import type { Callback, CallbackAnswer, CallbackSender } from "./callback-sender.ts";

export interface CallbackRouteOptions {
  readonly filter: Filter;
  readonly send: CallbackSender;
  /** Longest body that is read for a condition of a rule. */
  readonly maxConditionBytes: number;
  /** Told of each denied request. */
  readonly onDenied: (method: string) => void;
}

/** What the agent posts here goes up, past the public rules; the server's answer comes back. */
export function callbackRoute({ filter, send, maxConditionBytes, onDenied }: CallbackRouteOptions) {
  return async (req: Request, res: Response, _next: NextFunction): Promise<void> => {
    const headers = endToEndHeaders(req.headers);
    const requestId = exchangeId(headers);
    res.setHeader("snyk-request-id", requestId);
    const signal = closedSignal(res);
    const { decision, body } = await decide(filter, req, headers, maxConditionBytes, signal);
    if (decision.kind !== "allowed") {
      onDenied(req.method);
      res.status(401).json(denialBody(HTTP_DENIAL, req.originalUrl, decision));
      return;
    }
    const callback: Callback = { method: req.method, url: decision.target.url, headers, body, requestId };
    await writeAnswer(await send(callback, signal), res);
  };
}

/** A rule that looks into the body makes us read it; otherwise it flows. */
async function decide(
  filter: Filter,
  req: Request,
  headers: Callback["headers"],
  maxBytes: number,
  signal: AbortSignal,
): Promise<{ decision: FilterDecision; body: Buffer | Readable | undefined }> {
  const subject = { method: req.method, url: req.originalUrl, headers };
  const flowing = hasBody(req) ? req : undefined;
  const decision = filter.decide(flowing ? subject : { ...subject, body: Buffer.alloc(0) });
  if (decision.kind !== "needs-body") return { decision, body: flowing };
  const body = await readBounded(req, maxBytes, signal);
  return { decision: filter.decide({ ...subject, body }), body };
}

/** Writes the server's answer out as it flows. */
export async function writeAnswer({ status, headers, body }: CallbackAnswer, res: Response): Promise<void> {
  res.status(status);
  for (const [name, value] of Object.entries(headers)) if (name !== "snyk-request-id") res.setHeader(name, value);
  if (body instanceof Readable) {
    await pipeline(body, res);
    return;
  }
  res.setHeader("content-length", body.length);
  res.end(body);
}

export function hasBody({ headers }: Request): boolean {
  const length = headers["content-length"];
  return headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
}
