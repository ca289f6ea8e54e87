import { allowListRoutes } from "./allow-lists.ts";
import { channelRoutes } from "./channels.ts";
import { connectionRoutes } from "./connections.ts";
import { diagnosisRoutes } from "./diagnosis.ts";
import { findingRoutes } from "./findings.ts";
import { fleetRoutes } from "./fleet.ts";
import { gateRoutes } from "./gate.ts";
import { imageRoutes } from "./images.ts";
import { importRoutes } from "./imports.ts";
import { listingRoutes } from "./listings.ts";
import { overviewRoutes } from "./overview.ts";
import { peopleRoutes } from "./people.ts";
import { projectRoutes } from "./projects.ts";
import type { RouteContract } from "./route.ts";
import { scanRoutes } from "./scans.ts";
import { scheduleRoutes } from "./schedules.ts";
import { sessionRoutes } from "./session.ts";
import { trafficRoutes } from "./traffic.ts";

/** Every operation of the API, by area and name. */
export const API_ROUTES = {
  session: sessionRoutes,
  people: peopleRoutes,
  connections: connectionRoutes,
  listings: listingRoutes,
  imports: importRoutes,
  projects: projectRoutes,
  images: imageRoutes,
  findings: findingRoutes,
  scans: scanRoutes,
  schedules: scheduleRoutes,
  allowLists: allowListRoutes,
  channels: channelRoutes,
  gate: gateRoutes,
  overview: overviewRoutes,
  fleet: fleetRoutes,
  traffic: trafficRoutes,
  diagnosis: diagnosisRoutes,
} as const;

/** The same as a flat list with operation ids (`connections.create`). */
export function listRoutes(): { readonly operationId: string; readonly route: RouteContract }[] {
  return Object.entries(API_ROUTES).flatMap(([area, routes]) =>
    Object.entries(routes).map(([name, route]) => ({ operationId: `${area}.${name}`, route: route as RouteContract })),
  );
}
