import { createHash } from "node:crypto";
import type { CheckReport, RegistryConnection } from "@tidewaiter/contract";
import { BrokerError, closedSignal, errorKind, isErrorCode, productVersion } from "@tidewaiter/runtime";
import { type Request, type Response, Router } from "express";
import { identifyCaller, registryOf } from "../access/caller.ts";

const CACHE_MS = 5_000;
const MAX_CACHED = 100;

/** @throws {BrokerError} FORBIDDEN when the agent may not call this registry for others. */
export type CheckTarget = (
  target: RegistryConnection,
  credential: string,
  connection: string,
  signal: AbortSignal,
) => Promise<CheckReport>;

export interface HealthRouteOptions {
  readonly check: CheckTarget;
  readonly credentialsHeader: string;
  readonly timeoutMs: number;
}

/** `/healthcheck` of the process, needing nobody. */
export function healthcheckRoute(): Router {
  const router = Router();
  const version = productVersion();
  router.get("/healthcheck", (_req, res) => {
    res.json({ ok: true, version });
  });
  return router;
}

/** `/systemcheck` walks to the registry step by step; `/validate-credentials` says only whether they are good. */
export function checkRoutes(options: HealthRouteOptions): Router {
  const check = rememberReports(options);
  const router = Router();
  router.get("/systemcheck", async (req, res) => {
    const report = await check(req, res);
    res.status(report.ok ? 200 : 500).json(report);
  });
  router.get("/validate-credentials", async (req, res) => {
    const report = await check(req, res);
    const failed = report.steps.find(({ verdict }) => verdict === "fail");
    if (report.ok || !failed) res.json({ ok: true, registry: report.registry, warnings: report.warnings });
    else throw checkFailure(failed.code, failed.message, report);
  });
  return router;
}

function checkFailure(code: string | undefined, message: string | undefined, { steps }: CheckReport): BrokerError {
  const failed = steps.find(({ verdict }) => verdict === "fail");
  const known = code !== undefined && isErrorCode(code) ? code : "REGISTRY_UNAVAILABLE";
  const { likely = errorKind(known).likely, action = errorKind(known).action } = failed ?? {};
  return new BrokerError(known, message ?? `the step ${failed?.step} failed`, { likely, action });
}

/** A check costs the registry several calls, so that equal ones within seconds share a report. */
function rememberReports({ check, credentialsHeader, timeoutMs }: HealthRouteOptions) {
  const reports = new Map<string, { readonly at: number; readonly report: Promise<CheckReport> }>();
  return async (req: Request, res: Response): Promise<CheckReport> => {
    const caller = identifyCaller(req, credentialsHeader);
    const target = registryOf(caller);
    const key = createHash("sha256").update(`${caller.connection}\n${caller.credential}`).digest("hex");
    const known = reports.get(key);
    if (known && performance.now() - known.at < CACHE_MS) return known.report;
    const signal = AbortSignal.any([closedSignal(res), AbortSignal.timeout(timeoutMs)]);
    const report = check(target, caller.credential, caller.connection, signal);
    reports.delete(key);
    reports.set(key, { at: performance.now(), report });
    for (const oldest of reports.keys()) if (reports.size > MAX_CACHED) reports.delete(oldest);
    report.catch(() => reports.delete(key));
    return report;
  };
}
