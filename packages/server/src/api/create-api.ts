import type { Router } from "express";
import { authenticate } from "../access/authenticate.ts";
import { mayCall, type Principal } from "../access/principal.ts";
import type { Services } from "../services.ts";
import { API_ROUTES } from "./contract/index.ts";
import { type AllHandlers, type MountOptions, mountApi } from "./mount.ts";
import { createOpenApi } from "./openapi.ts";
import { alertHandlers } from "./routes/alert-handlers.ts";
import { connectionHandlers } from "./routes/connection-handlers.ts";
import { diagnosisHandlers } from "./routes/diagnosis-handlers.ts";
import { fleetHandlers } from "./routes/fleet-handlers.ts";
import { imageHandlers } from "./routes/image-handlers.ts";
import { importHandlers, listingHandlers } from "./routes/import-handlers.ts";
import { overviewHandlers } from "./routes/overview-handlers.ts";
import { peopleHandlers } from "./routes/people-handlers.ts";
import { allowListHandlers, findingHandlers, gateHandlers } from "./routes/policy-handlers.ts";
import { projectHandlers } from "./routes/project-handlers.ts";
import { scanHandlers } from "./routes/scan-handlers.ts";
import { scheduleHandlers } from "./routes/schedule-handlers.ts";
import { sessionHandlers } from "./routes/session-handlers.ts";
import { trafficHandlers } from "./routes/traffic-handlers.ts";

export type ApiOptions = Pick<MountOptions, "calls" | "signIns" | "maxBodyBytes" | "timeoutMs">;

/** Everything below `/api/v1`. */
export function createApi(services: Services, options: ApiOptions): Router {
  const identify = (req: Parameters<typeof authenticate>[0]): Promise<Principal> =>
    authenticate(req, services.keys, services.sessions);
  const router = mountApi(createHandlers(services), { ...options, authenticate: identify, audit: services.audit });
  const document = createOpenApi(services.version);
  router.get("/openapi.json", async (req, res) => {
    const principal = await identify(req);
    if (mayCall(principal, API_ROUTES.overview.show)) res.json(document);
    else res.status(403).end();
  });
  return router;
}

function createHandlers(services: Services): AllHandlers {
  return {
    session: sessionHandlers(services),
    people: peopleHandlers(services),
    connections: connectionHandlers(services),
    listings: listingHandlers(services),
    imports: importHandlers(services),
    projects: projectHandlers(services),
    images: imageHandlers(services),
    scans: scanHandlers(services),
    overview: overviewHandlers(services),
    findings: findingHandlers(services),
    allowLists: allowListHandlers(services),
    gate: gateHandlers(services),
    channels: alertHandlers(services),
    schedules: scheduleHandlers(services),
    fleet: fleetHandlers(services),
    traffic: trafficHandlers(services),
    diagnosis: diagnosisHandlers(services),
  };
}
