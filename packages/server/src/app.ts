import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createHttpApp, type Logger, type Metrics, type Readiness } from "@tidewaiter/runtime";
import express, { type Express, type Request, type Response, type Router } from "express";
import helmet from "helmet";

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
      app.use(serveConsole(consoleFolder));
    },
  });
}

/** Scripts, styles and fonts come from here only; nobody may frame the console. */
function securityHeaders(): express.RequestHandler {
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

function noStore(_req: Request, res: Response, next: express.NextFunction): void {
  res.setHeader("cache-control", "no-store");
  next();
}

/** Built files never change under their name; every other path is a page of the console, which routes by itself. */
function serveConsole(folder: string): Router {
  const router = express.Router();
  const index = join(folder, "index.html");
  router.use("/assets", express.static(join(folder, "assets"), { immutable: true, maxAge: "365d", fallthrough: true }));
  router.use(express.static(folder, { index: false, maxAge: 0 }));
  router.get(/^\/(?!api\/|assets\/).*/, (req, res, next) => {
    if (!req.accepts("html") || !existsSync(index)) next();
    else res.set("cache-control", "no-cache").sendFile(index);
  });
  return router;
}
