import type { PushReader } from "@tidewaiter/registry";
import { createHttpApp, type Metrics } from "@tidewaiter/runtime";
import type { Express } from "express";
import { requireSecret } from "./access/agent-secret.ts";
import type { Caller } from "./access/caller.ts";
import { createHastener } from "./callbacks/hasten.ts";
import { createMarkChecker } from "./hooks/check-marks.ts";
import { createPushReceiver } from "./hooks/receive-push.ts";
import type { LoopOptions } from "./loops.ts";
import { apiDocumentRoute } from "./routes/api-document.ts";
import { discoverRoute } from "./routes/discover-route.ts";
import { type CheckTarget, checkRoutes, healthcheckRoute } from "./routes/health-routes.ts";
import { hookRoutes, webhookRoute } from "./routes/hook-routes.ts";
import { imageRoutes } from "./routes/image-routes.ts";
import { listingRoutes } from "./routes/listing-routes.ts";
import { scanRoutes } from "./routes/scan-routes.ts";

/** Routes whose errors have our shape; the others answer as the vendor's do. */
const OWN_ROUTES = /^\/(scans|hooks|openapi\.json)(\/|$)/;
const CALL_TIMEOUT_MS = 300_000;
const CHECK_TIMEOUT_MS = 60_000;

export type AppParts = LoopOptions & { readonly check: CheckTarget; readonly pushReader: PushReader };

/** The agent's HTTP API. What needs no secret comes first. */
export function createApp(metrics: Metrics, parts: AppParts): Express {
  const { desk, settings, check, registries, pushReader, progress, fitness, log } = parts;
  const hasten = createHastener(desk.deliverQueue, desk.bells, log);
  const checkMarks = createMarkChecker({ ...desk, registries, log });
  const onCaller = (caller: Caller): void => {
    hasten(caller);
    checkMarks(caller);
  };
  const credentialsHeader = settings.TIDEWAITER_CREDENTIALS_HEADER;
  const common = { credentialsHeader, onCaller, registries, metrics: parts.metrics, log };
  return createHttpApp({
    log,
    metrics,
    readiness: fitness.readiness,
    errorShape: (req) => (OWN_ROUTES.test(req.path) ? "own" : "vendor"),
    routes: (app) => {
      app.use(healthcheckRoute(), apiDocumentRoute());
      app.use(webhookRoute(createPushReceiver({ ...desk, reader: pushReader, log })));
      app.use(requireSecret(settings.TIDEWAITER_AGENT_SECRET));
      app.use(checkRoutes({ check, credentialsHeader, timeoutMs: CHECK_TIMEOUT_MS }));
      app.use(listingRoutes({ ...common, timeoutMs: CALL_TIMEOUT_MS }));
      app.use(imageRoutes({ ...common, timeoutMs: CALL_TIMEOUT_MS }));
      const scanOptions = { ...common, ...desk, progress, queueLimit: settings.TIDEWAITER_QUEUE_LIMIT };
      app.use(scanRoutes(scanOptions), discoverRoute(scanOptions));
      app.use(hookRoutes({ ...common, ...desk }));
    },
  });
}
