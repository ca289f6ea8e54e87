import { commonBundleFiles, type Env, type Metrics, writeSupportBundle } from "@tidewaiter/runtime";
import type { Response } from "express";
import type { Principal } from "../access/principal.ts";
import type { ConnectionView } from "../api/contract/connections.ts";
import { startDownload } from "../exports/send-file.ts";
import { listScans } from "../scans/scan-reader.ts";
import type { Db } from "../store/open.ts";
import { type DiagnoseOptions, diagnose } from "./diagnose.ts";

export interface BundleOptions extends DiagnoseOptions {
  readonly db: Db;
  readonly env: Env;
  readonly metrics: Metrics;
}

const KEPT_CALLS = 500;
const KEPT_SCANS = 100;

/**
 * The diagnosis of a connection with what explains it, as a download. The server's own settings and figures are left out for
 * people who see some connections only.
 */
export async function sendBundle(
  options: BundleOptions,
  principal: Principal,
  connection: ConnectionView,
  res: Response,
  signal: AbortSignal,
): Promise<void> {
  const { env, metrics, hub, db, clock, traffic } = options;
  const { id, name } = connection;
  const report = await diagnose(options, principal, id, signal);
  const { calls } = await traffic.find(principal, { connectionId: id }, signal);
  const scans = await listScans(db, principal, { connectionId: id, limit: KEPT_SCANS }, clock.now());
  const files = {
    ...formatted({
      report,
      connection,
      clients: hub.clients(id),
      traffic: calls.slice(0, KEPT_CALLS),
      scans: scans.items,
    }),
    ...(principal.connections === null && {
      ...commonBundleFiles(env),
      "server-metrics.txt": await metrics.registry.metrics(),
    }),
  };
  startDownload(res, "application/gzip", `tidewaiter-${name}-${report.at.slice(0, 19)}.tar.gz`);
  await writeSupportBundle(files, env, res, signal);
}

function formatted(parts: Readonly<Record<string, unknown>>): Record<string, string> {
  const files = Object.entries(parts).map(([name, part]) => [`${name}.json`, JSON.stringify(part, undefined, 2)]);
  return Object.fromEntries(files);
}
