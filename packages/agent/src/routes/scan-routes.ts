import { isFinal, type ScanAccepted, scanRequestSchema } from "@tidewaiter/contract";
import { BrokerError, parseInput } from "@tidewaiter/runtime";
import { json, Router } from "express";
import { z } from "zod";
import { type Caller, identifyCaller, registryOf } from "../access/caller.ts";
import type { RegistryPool } from "../registry-pool.ts";
import { type AcceptOptions, acceptScan } from "../scans/accept-scan.ts";
import type { ProgressReporter } from "../scans/progress.ts";
import { type StopOptions, stopScan } from "../scans/stop-scan.ts";
import type { Outbox } from "../state/parcel.ts";
import { describeScan } from "./scan-view.ts";

const listQuery = z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(100) });
/** Largest body of a request. */
export const MAX_REQUEST = "64kb";

export interface ScanRouteOptions extends AcceptOptions, StopOptions {
  readonly outbox: Outbox;
  readonly registries: RegistryPool;
  readonly progress: ProgressReporter;
  readonly credentialsHeader: string;
  readonly onCaller: (caller: Caller) => void;
}

/** `POST /scan` of the vendor, and ours to list, show and stop scans. Another connection's scan answers 404. */
export function scanRoutes(options: ScanRouteOptions): Router {
  const { scans, outbox, progress, credentialsHeader, onCaller } = options;
  const router = Router();
  router.post("/scan", json({ limit: MAX_REQUEST }), async (req, res) => {
    const caller = identifyCaller(req, credentialsHeader);
    refuseForbidden(options, caller);
    if (!caller.callback) throw withoutCallback();
    const scan = await acceptScan(options, caller, parseInput(scanRequestSchema, req.body, "scan"));
    onCaller(caller);
    res.status(202).json({ id: scan.scanId, state: scan.state } satisfies ScanAccepted);
  });
  router.get("/scans", async (req, res) => {
    const { connection } = identifyCaller(req, credentialsHeader);
    const { limit } = parseInput(listQuery, req.query, "query");
    const list = await scans.list(connection, limit);
    res.json({ scans: list.map((scan) => describeScan(scan, progress.of(scan.jobId))) });
  });
  router.get("/scans/:id", async (req, res) => {
    const { connection } = identifyCaller(req, credentialsHeader);
    const scan = await scans.find(connection, req.params.id);
    if (!scan) throw new BrokerError("NOT_FOUND", "no such scan");
    const parcel = isFinal(scan.state) ? await outbox.ofScan(connection, scan.scanId) : undefined;
    res.json(describeScan(scan, progress.of(scan.jobId), parcel));
  });
  router.delete("/scans/:id", async (req, res) => {
    const { connection } = identifyCaller(req, credentialsHeader);
    res.json(describeScan(await stopScan(options, connection, req.params.id)));
  });
  return router;
}

/** What could never be scanned is refused at once: credentials that cannot be read, and registries that are not allowed. */
export function refuseForbidden({ registries }: Pick<ScanRouteOptions, "registries">, caller: Caller): void {
  registries.lease(caller.connection, registryOf(caller), caller.credential)[Symbol.dispose]();
}

function withoutCallback(): BrokerError {
  return new BrokerError("INPUT_INVALID", "no callback address came with the scan", {
    likely: "BROKER_CLIENT_URL is not set on the broker client",
    action: "set BROKER_CLIENT_URL to the address of the broker client as the agent sees it",
  });
}
