import { discoverRequestSchema } from "@tidewaiter/contract";
import { closedSignal, parseInput } from "@tidewaiter/runtime";
import { json, Router } from "express";
import { identifyCaller } from "../access/caller.ts";
import { acceptScan } from "../scans/accept-scan.ts";
import { awaitResult } from "../scans/await-scan.ts";
import { stopScan } from "../scans/stop-scan.ts";
import { MAX_REQUEST, refuseForbidden, type ScanRouteOptions } from "./scan-routes.ts";

/** `POST /discover`, the first version of `POST /scan`: the answer is the result. A caller who goes away stops the scan. */
export function discoverRoute(options: ScanRouteOptions): Router {
  const router = Router();
  router.post("/discover", json({ limit: MAX_REQUEST }), async (req, res) => {
    const caller = { ...identifyCaller(req, options.credentialsHeader), callback: undefined };
    refuseForbidden(options, caller);
    const scan = await acceptScan(options, caller, parseInput(discoverRequestSchema, req.body, "scan"));
    const gone = closedSignal(res);
    try {
      const result = await awaitResult(options, scan, gone);
      res.type("json").send(result);
    } catch (error) {
      if (gone.aborted) await stopScan(options, scan.connection, scan.scanId);
      throw error;
    }
  });
  return router;
}
