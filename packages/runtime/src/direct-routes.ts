import type { IncomingMessage, ServerResponse } from "node:http";
import { toBrokerError } from "./errors.ts";
import { requestIdOf } from "./http-app.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import { sendProblem } from "./plain-http.ts";

/** A route that answers by itself; a rejection becomes an answer in the vendor's error shape. */
export interface DirectRoute {
  /** Its name in metrics. */
  readonly name: string;
  answer(req: IncomingMessage, res: ServerResponse): Promise<void>;
}

export interface DirectRoutesOptions {
  /** The route for a request, or undefined to leave it to the app behind. */
  readonly find: (req: IncomingMessage) => DirectRoute | undefined;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Answers a request and says true, or leaves it alone and says false. */
export type DirectRoutes = (req: IncomingMessage, res: ServerResponse) => boolean;

/**
 * Routes in front of an app, for what carries a process's traffic: a framework costs as much there as all the rest.
 * They are measured like the app's own, and their errors are answered alike.
 */
export function createDirectRoutes({ find, metrics, log }: DirectRoutesOptions): DirectRoutes {
  const timers = new Map<string, { observe(seconds: number): void }>();
  const observe = (method: string, route: string, status: number, seconds: number): void => {
    const key = `${method} ${route} ${status}`;
    const timer = timers.get(key) ?? metrics.httpSeconds.labels({ method, route, status });
    timers.set(key, timer);
    timer.observe(seconds);
  };
  return (req, res) => {
    const route = find(req);
    if (!route) return false;
    const begun = performance.now();
    const method = req.method ?? "";
    res.once("close", () => observe(method, route.name, res.statusCode, (performance.now() - begun) / 1_000));
    route.answer(req, res).catch((thrown: unknown) => answerError(thrown, req, res, log));
    return true;
  };
}

function answerError(thrown: unknown, req: IncomingMessage, res: ServerResponse, log: Logger): void {
  const error = toBrokerError(thrown);
  const fields = { requestId: res.getHeader("snyk-request-id"), method: req.method, code: error.code };
  if (error.status >= 500) log.error("request failed", { ...fields, error: error.cause ?? error });
  else log.debug("request refused", { ...fields, reason: error.message });
  if (res.headersSent) {
    res.destroy();
    return;
  }
  if (!res.hasHeader("snyk-request-id")) res.setHeader("snyk-request-id", requestIdOf(req.headers));
  sendProblem(res, error);
}
