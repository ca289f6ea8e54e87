import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type express from "express";
import type { Express, NextFunction, Request, Response } from "express";
import { BrokerError, toBrokerError } from "./errors.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";

// Loaded when an app is made: libraries and commands take this package without serving anything.
const load = createRequire(import.meta.url);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NIL_UUID = "00000000-0000-0000-0000-000000000000";

/** Vendor routes answer `{code, message}`, ours `{error: {code, message, likely, action}}`. */
export type ErrorShape = "vendor" | "own";

/** Whether a process is fit for traffic, and why not. Never asks a registry. */
export type Readiness = () => { readonly isReady: boolean; readonly reasons?: readonly string[] };

export interface HttpAppOptions {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  readonly routes: (app: Express) => void;
  /** By request, since one app may serve both kinds of routes; `own` when left out. */
  readonly errorShape?: (req: Request) => ErrorShape;
  /** Answer to a path that no route serves; NOT_FOUND when left out. */
  readonly fallback?: (req: Request, res: Response, next: NextFunction) => void;
}

/** An express app with request ids, probes, metrics and JSON errors around the given routes. */
export function createHttpApp(options: HttpAppOptions): Express {
  const create: typeof express = load("express");
  const app = create();
  app.disable("x-powered-by");
  app.disable("etag");
  app.use(identifyRequest, measure(options));
  app.use(probesRouter(create.Router(), options));
  options.routes(app);
  app.use(options.fallback ?? notFound);
  app.use(answerError(options));
  return app;
}

/** The id of a request: the first valid UUID among the headers that carry one, else a new one. */
export function requestIdOf(headers: Request["headers"]): string {
  for (const name of ["x-request-id", "snyk-request-id"]) {
    const value = headers[name];
    if (typeof value === "string" && UUID.test(value) && value !== NIL_UUID) return value;
  }
  return randomUUID();
}

/** Fires when the caller goes away before it has its answer. */
export function closedSignal(res: ServerResponse): AbortSignal {
  const controller = new AbortController();
  res.once("close", () => {
    if (!res.writableFinished) controller.abort(new DOMException("the caller went away", "AbortError"));
  });
  return controller.signal;
}

function identifyRequest(req: Request, res: Response, next: NextFunction): void {
  const requestId = requestIdOf(req.headers);
  res.locals.requestId = requestId;
  res.setHeader("snyk-request-id", requestId);
  next();
}

function measure({ metrics }: HttpAppOptions) {
  return (req: Request, res: Response, next: NextFunction): void => {
    const stop = metrics.httpSeconds.startTimer({ method: req.method });
    res.once("close", () =>
      stop({ route: req.route?.path ? String(req.route.path) : "other", status: res.statusCode }),
    );
    next();
  };
}

function probesRouter(router: express.Router, { metrics, readiness }: HttpAppOptions): express.Router {
  router.get("/livez", (_req, res) => {
    res.json({ ok: true });
  });
  router.get("/readyz", (_req, res) => {
    const { isReady, reasons = [] } = readiness();
    res.status(isReady ? 200 : 503).json({ ok: isReady, reasons });
  });
  router.get("/metrics", async (_req, res) => {
    res.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  return router;
}

function notFound(req: Request, _res: Response, next: NextFunction): void {
  next(new BrokerError("NOT_FOUND", `no route for ${req.method} ${req.path}`));
}

function answerError({ log, errorShape }: HttpAppOptions) {
  return (thrown: unknown, req: Request, res: Response, _next: NextFunction): void => {
    const error = translate(thrown);
    const { requestId } = res.locals;
    const fields = { requestId, method: req.method, path: req.path, code: error.code };
    if (error.status >= 500) log.error("request failed", { ...fields, error: error.cause ?? error });
    else log.debug("request refused", { ...fields, reason: error.message });
    if (res.headersSent) {
      res.destroy();
      return;
    }
    if (error.retryAfterMs !== undefined) res.setHeader("retry-after", Math.ceil(error.retryAfterMs / 1000));
    const problem = error.toProblem();
    const isVendor = errorShape?.(req) === "vendor";
    res.status(error.status).json(isVendor ? problem : { error: { ...problem, requestId } });
  };
}

/** Errors of body parsers and of express itself carry a `status`; theirs are the caller's faults. */
function translate(thrown: unknown): BrokerError {
  if (thrown instanceof BrokerError || !(thrown instanceof Error) || !("status" in thrown))
    return toBrokerError(thrown);
  if (thrown.status === 413) return new BrokerError("PAYLOAD_TOO_LARGE", thrown.message, { cause: thrown });
  const isCallers = typeof thrown.status === "number" && thrown.status < 500;
  return isCallers ? new BrokerError("INPUT_INVALID", thrown.message, { cause: thrown }) : toBrokerError(thrown);
}
