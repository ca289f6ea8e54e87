import type { RuleFile } from "@tidewaiter/tunnel";
import { type Request, type Response, Router } from "express";
import type { Preflight } from "./preflight.ts";
import type { ClientSettings } from "./settings.ts";
import type { SystemCheckEntry } from "./system-check.ts";
import type { Tunnel } from "./tunnel.ts";

export interface StatusOptions {
  readonly settings: ClientSettings;
  readonly tunnel: Tunnel;
  readonly rules: RuleFile;
  readonly version: string;
  readonly preflight: Preflight;
  readonly systemCheck: () => Promise<readonly SystemCheckEntry[]>;
}

/** What the client tells of itself (protocol 1.11). */
export function statusRoutes({ settings, tunnel, rules, version, preflight, systemCheck }: StatusOptions): Router {
  const router = Router();
  router.get(settings.BROKER_HEALTHCHECK_PATH, (_req, res) => {
    const entries = tunnel.lines.map(({ role, isOpen }) => ({
      ok: isOpen,
      websocketConnectionOpen: isOpen,
      brokerServerUrl: `${settings.BROKER_SERVER_URL.replace(/\/$/, "")}/?connection_role=${role}`,
      version,
      transport: "websocket",
    }));
    res.status(tunnel.isOpen ? 200 : 500).json(entries);
  });
  router.get(settings.BROKER_SYSTEMCHECK_PATH, async (_req, res) => {
    const entries = await systemCheck();
    res.status(entries.every(({ ok }) => ok) ? 200 : 500).json(entries);
  });
  router.get("/health/checks", (_req: Request, res: Response) => {
    res.json(preflight.results());
  });
  router.get("/health/checks/:id", (req, res) => {
    const found = preflight.results().find(({ id }) => id === req.params.id);
    if (found) res.json(found);
    else res.status(404).send("Not Found");
  });
  router.get("/filters", (_req, res) => {
    res.json(rules);
  });
  return router;
}
