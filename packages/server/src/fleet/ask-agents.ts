import { createLimiter, toBrokerError } from "@tidewaiter/runtime";
import { z } from "zod";
import type { Viewer } from "../access/principal.ts";
import type { fleetAgentSchema, fleetRoutes } from "../api/contract/fleet.ts";
import type { AgentCalls } from "../connections/agent-calls.ts";
import type { Db } from "../store/open.ts";
import { readNames } from "./connection-names.ts";

type AgentView = z.output<typeof fleetAgentSchema>;
type AgentsView = z.output<(typeof fleetRoutes)["agents"]["response"]>;

export interface AskAgentsOptions {
  readonly db: Db;
  readonly agent: AgentCalls;
  readonly isLive: (connectionId: string) => boolean;
}

const MAX_ASKED = 200;
const AT_ONCE = 8;
const WAIT_MS = 5_000;
/** An agent of the vendor may not tell its version. */
const healthSchema = z.object({ ok: z.boolean(), version: z.string().max(64).optional() });

/** How the agents of all connections with a client are. One that does not answer is a result, not an error. */
export async function askAgents(
  viewer: Viewer,
  { db, agent, isLive }: AskAgentsOptions,
  signal: AbortSignal,
): Promise<AgentsView> {
  const names = await readNames(db, viewer);
  const live = [...names].filter(([id]) => isLive(id));
  const asked = live.slice(0, MAX_ASKED);
  const scanning = await countScanning(
    db,
    asked.map(([id]) => id),
  );
  const limiter = createLimiter(AT_ONCE);
  const ask = async ([connectionId, connectionName]: readonly [string, string]): Promise<AgentView> => ({
    ...{ connectionId, connectionName, scanning: scanning.get(connectionId) ?? 0 },
    ...(await askOne(agent, connectionId, signal)),
  });
  return {
    items: await Promise.all(asked.map((one) => limiter.run(() => ask(one), signal))),
    left: live.length - asked.length,
  };
}

/** How one agent is; that it does not answer is a result. */
export async function askOne(
  agent: AgentCalls,
  connectionId: string,
  signal: AbortSignal,
): Promise<Pick<AgentView, "ok" | "version" | "durationMs" | "problem">> {
  const start = performance.now();
  const took = (): number => Math.round(performance.now() - start);
  try {
    const call = { method: "GET", path: "/healthcheck", deadlineMs: WAIT_MS, signal } as const;
    const { ok, version = null } = await agent.json(connectionId, healthSchema, call);
    return { ok, version, durationMs: took(), problem: null };
  } catch (error) {
    const { code, message, likely, action } = toBrokerError(error).toProblem();
    return { ok: false, version: null, durationMs: took(), problem: { code, message, likely, action } };
  }
}

async function countScanning(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom("scans")
    .select(({ fn }) => ["connection_id", fn.countAll<number>().as("count")])
    .where("state", "=", "Scanning")
    .where("connection_id", "in", [...ids, ""])
    .groupBy("connection_id")
    .execute();
  return new Map(rows.map(({ connection_id, count }) => [connection_id, Number(count)]));
}
