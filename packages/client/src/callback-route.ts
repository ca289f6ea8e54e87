import { BrokerError, closedSignal } from "@tidewaiter/runtime";
import { denialBody, endToEndHeaders, exchangeId, type Filter, HTTP_DENIAL, readBounded } from "@tidewaiter/tunnel";
import type { Request, Response } from "express";
import type { Tunnel } from "./tunnel.ts";

export interface CallbackOptions {
  readonly filter: Filter;
  readonly tunnel: Tunnel;
  readonly maxBodyBytes: number;
}

/** What the agent posts here goes up the tunnel, past the public rules; its answer comes back. */
export function callbackRoute({ filter, tunnel, maxBodyBytes }: CallbackOptions) {
  return async (req: Request, res: Response): Promise<void> => {
    const headers = endToEndHeaders(req.headers);
    const requestId = exchangeId(headers);
    res.setHeader("snyk-request-id", requestId);
    const signal = closedSignal(res);
    const first = filter.decide({ method: req.method, url: req.originalUrl, headers });
    if (first.kind === "denied") {
      res.status(401).json(denialBody(HTTP_DENIAL, req.originalUrl, first));
      return;
    }
    if (!tunnel.isOpen)
      throw new BrokerError("TUNNEL_DOWN", "the tunnel to the server is down", { retryAfterMs: 5_000 });
    const body = await readBounded(req, maxBodyBytes, signal);
    const decision = filter.decide({ method: req.method, url: req.originalUrl, headers, body });
    if (decision.kind !== "allowed") {
      res.status(401).json(denialBody(HTTP_DENIAL, req.originalUrl, decision));
      return;
    }
    const message = {
      url: decision.target.url,
      method: req.method,
      headers: { ...headers, "snyk-request-id": requestId },
      ...(body.length > 0 && { body }),
      streamingId: "",
      requestId,
    };
    const answer = await tunnel.ask(message, signal);
    res.status(answer.status);
    for (const [name, value] of Object.entries(answer.headers)) res.setHeader(name, value);
    res.setHeader("content-length", answer.body.length);
    res.end(answer.body);
  };
}
