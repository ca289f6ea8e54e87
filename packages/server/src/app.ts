import { fileURLToPath } from "node:url";
import { createHttpApp, type Logger, type Metrics, type Readiness } from "@tidewaiter/runtime";
import type { Express, NextFunction, Request, RequestHandler, Response, Router } from "express";
import helmet from "helmet";
import { consoleFiles } from "./console-files.ts";

const CONSOLE_DIST = fileURLToPath(new URL("../../console/dist/", import.meta.url));

export interface AppOptions {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  /** The tunnel's own routes; undefined on the admin listener. */
  readonly tunnel?: Router;
  /** `/api/v1` and the console; undefined on the tunnel's listener when both are apart. */
  readonly api?: Router;
  readonly trustedProxies: number;
  readonly consoleFolder?: string;
}

/** The HTTP app of one listener. Vendor routes answer `{code, message}`, ours `{error: {…}}`. */
export function createServerApp(options: AppOptions): Express {
  const { log, metrics, readiness, tunnel, api, trustedProxies, consoleFolder = CONSOLE_DIST } = options;
  return createHttpApp({
    log,
    metrics,
    readiness,
    errorShape: (req) => (req.path.startsWith("/api/") || !tunnel ? "own" : "vendor"),
    routes: (app) => {
      app.set("trust proxy", trustedProxies);
      app.set("query parser", "simple");
      if (tunnel) app.use(tunnel);
      if (!api) return;
      app.use(securityHeaders());
      app.use("/api/v1", noStore, api);
      app.use(consoleFiles(consoleFolder));
    },
  });
}

/** Scripts, styles and fonts come from here only; nobody may frame the console. */
function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        objectSrc: ["'none'"],
      },
    },
    referrerPolicy: { policy: "no-referrer" },
    // TLS often ends in a proxy; whoever runs it decides about HSTS.
    strictTransportSecurity: false,
  });
}

function noStore(_req: Request, res: Response, next: NextFunction): void {
  res.setHeader("cache-control", "no-store");
  next();
}
