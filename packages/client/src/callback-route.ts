import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { closedSignal, type DirectRoute, sendBytes, sendJson } from "@tidewaiter/runtime";
import {
  denialBody,
  endToEndHeaders,
  exchangeId,
  type Filter,
  type FilterDecision,
  HTTP_DENIAL,
  readBounded,
} from "@tidewaiter/tunnel";
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
export function callbackRoute({ filter, send, maxConditionBytes, onDenied }: CallbackRouteOptions): DirectRoute {
  return {
    name: "callback",
    async answer(req, res) {
      const [method = "", url = ""] = [req.method, req.url];
      const headers = endToEndHeaders(req.headers);
      const requestId = exchangeId(headers);
      res.setHeader("snyk-request-id", requestId);
      const signal = closedSignal(res);
      const { decision, body } = await decide(filter, req, headers, maxConditionBytes, signal);
      if (decision.kind !== "allowed") {
        onDenied(method);
        sendJson(res, 401, denialBody(HTTP_DENIAL, url, decision));
        return;
      }
      const callback: Callback = { method, url: decision.target.url, headers, body, requestId };
      await writeAnswer(await send(callback, signal), res);
    },
  };
}

/** A rule that looks into the body makes us read it; otherwise it flows. */
async function decide(
  filter: Filter,
  req: IncomingMessage,
  headers: Callback["headers"],
  maxBytes: number,
  signal: AbortSignal,
): Promise<{ decision: FilterDecision; body: Buffer | Readable | undefined }> {
  const subject = { method: req.method ?? "", url: req.url ?? "", headers };
  const flowing = hasBody(req) ? req : undefined;
  const decision = filter.decide(flowing ? subject : { ...subject, body: Buffer.alloc(0) });
  if (decision.kind !== "needs-body") return { decision, body: flowing };
  const body = await readBounded(req, maxBytes, signal);
  return { decision: filter.decide({ ...subject, body }), body };
}

/** Writes the server's answer out as it flows. */
export async function writeAnswer({ status, headers, body }: CallbackAnswer, res: ServerResponse): Promise<void> {
  const { "snyk-request-id": _own, ...rest } = headers;
  if (Buffer.isBuffer(body)) {
    sendBytes(res, status, rest, body);
    return;
  }
  res.writeHead(status, rest);
  await pipeline(body, res);
}

export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers["content-length"];
  return headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
}
