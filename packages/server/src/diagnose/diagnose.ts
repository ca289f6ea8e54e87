import type { Clock, Readiness } from "@tidewaiter/runtime";
import type { z } from "zod";
import type { Principal, Viewer } from "../access/principal.ts";
import type { Advisories } from "../advisories/advisories.ts";
import type { DiagnosisRow, diagnosisRoutes } from "../api/contract/diagnosis.ts";
import type { AgentCalls } from "../connections/agent-calls.ts";
import { checkConnection } from "../connections/check.ts";
import { askOne } from "../fleet/ask-agents.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { groupDenied } from "../traffic/group-denied.ts";
import type { Traffic } from "../traffic/traffic.ts";
import type { TunnelHub } from "../tunnel/index.ts";
import { clientRows, deniedRows } from "./client-rows.ts";
import { agentRow, registryRows } from "./registry-rows.ts";
import { otherServerRows, serverRows } from "./server-rows.ts";

export type Diagnosis = z.output<(typeof diagnosisRoutes)["run"]["response"]>;

export interface DiagnoseOptions {
  readonly clock: Pick<Clock, "now">;
  readonly version: string;
  readonly readiness: Readiness;
  readonly advisories: Pick<Advisories, "status">;
  readonly agent: AgentCalls;
  readonly hub: Pick<TunnelHub, "clients">;
  readonly fleet: Fleet;
  readonly traffic: Traffic;
}

const SHOWN_DENIED = 5;

/** All that can be seen of a connection from here, in the order of the way to the registry. What fails is a row, not an error. */
export async function diagnose(
  options: DiagnoseOptions,
  principal: Principal,
  connectionId: string,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const { clock, version, readiness, advisories, agent, hub, fleet } = options;
  const [status, { servers }, denied, check, health] = await Promise.all([
    advisories.status(),
    fleet.show(principal, signal),
    readDenied(options, principal, connectionId, signal),
    checkConnection(agent, connectionId, clock, signal),
    askOne(agent, connectionId, signal),
  ]);
  const rows: DiagnosisRow[] = [
    ...serverRows(readiness(), version, status),
    ...otherServerRows(servers),
    ...clientRows(hub.clients(connectionId)),
    ...denied,
    agentRow(check, health.version, health.durationMs),
    ...registryRows(check),
  ];
  const ok = rows.every(({ verdict }) => verdict !== "fail");
  return { ok, at: new Date(clock.now()).toISOString(), rows };
}

async function readDenied(
  { traffic }: DiagnoseOptions,
  viewer: Viewer,
  connectionId: string,
  signal: AbortSignal,
): Promise<DiagnosisRow[]> {
  const { denied } = await traffic.find(viewer, { connectionId }, signal);
  return deniedRows(groupDenied(denied, SHOWN_DENIED));
}
