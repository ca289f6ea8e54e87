import { BrokerError, closedSignal } from "@tidewaiter/runtime";
import { endToEndHeaders, exchangeId } from "@tidewaiter/tunnel";
import { type NextFunction, type Request, type Response, Router } from "express";
import type { Dispatcher } from "undici";
import { hasBody, writeAnswer } from "./callback-route.ts";
import type { CallbackAnswer, CallbackSender } from "./callback-sender.ts";

export interface WebhookOptions {
  readonly isTunnelOpen: () => boolean;
  readonly send: CallbackSender;
  readonly apiUrl: string | undefined;
  /** Masked token, as the vendor's API expects it. */
  readonly identifier: string;
  readonly dispatcher: Dispatcher;
}

/** `POST /webhook/*` (protocol 1.11): through the tunnel, or straight to the API while the tunnel is down. */
export function webhookRoute(options: WebhookOptions): Router {
  const router = Router();
  router.post("/webhook/*rest", async (req: Request, res: Response, _next: NextFunction): Promise<void> => {
    const headers = endToEndHeaders(req.headers);
    const requestId = exchangeId(headers);
    res.setHeader("snyk-request-id", requestId);
    const signal = closedSignal(res);
    const body = hasBody(req) ? req : undefined;
    const callback = { method: req.method, url: req.originalUrl, headers, body, requestId };
    const answer = options.isTunnelOpen()
      ? await options.send(callback, signal)
      : await sendDirectly(options, req, signal);
    await writeAnswer(answer, res);
  });
  return router;
}

async function sendDirectly(
  { apiUrl, identifier, dispatcher }: WebhookOptions,
  req: Request,
  signal: AbortSignal,
): Promise<CallbackAnswer> {
  if (apiUrl === undefined)
    throw new BrokerError("TUNNEL_DOWN", "the tunnel to the server is down", { retryAfterMs: 5_000 });
  const url = new URL(`${apiUrl}${req.originalUrl}`);
  const answer = await dispatcher.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method: "POST",
    headers: { ...endToEndHeaders(req.headers), "x-snyk-broker": identifier },
    body: hasBody(req) ? req : null,
    signal,
  });
  return { status: answer.statusCode, headers: endToEndHeaders(answer.headers), body: answer.body };
}
