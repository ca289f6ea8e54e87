import { CHECK_STEPS, checkReportSchema } from "@tidewaiter/contract";
import { type Clock, toBrokerError } from "@tidewaiter/runtime";
import type { z } from "zod";
import type { ConnectionCheck, checkHopSchema } from "../api/contract/connections.ts";
import type { AgentCalls } from "./agent-calls.ts";

type Hop = z.output<typeof checkHopSchema>;

/** Codes that mean the tunnel itself is not there. */
const CLIENT_CODES: readonly string[] = ["NO_CONNECTION", "TUNNEL_DOWN", "FILTER_BLOCKED", "EXCHANGE_LOST"];

/** Walks from here over client and agent to the registry. A failing hop is a result, not an error. */
export async function checkConnection(
  agent: AgentCalls,
  connectionId: string,
  clock: Pick<Clock, "now">,
  signal: AbortSignal,
): Promise<ConnectionCheck> {
  const startedAt = clock.now();
  try {
    const { body } = await agent.raw(connectionId, { method: "GET", path: "/systemcheck", signal });
    const report = checkReportSchema.safeParse(body);
    const reached = [pass("client"), pass("agent", clock.now() - startedAt)];
    if (report.success) return { ...report.data, hops: [...reached, ...report.data.steps.map(toHop)] };
    return await explain(agent, connectionId, clock, signal);
  } catch (error) {
    return failed(error, clock.now() - startedAt, clock);
  }
}

/** The answer was no report: asking again as JSON turns it into the error that it is. */
async function explain(
  agent: AgentCalls,
  connectionId: string,
  clock: Pick<Clock, "now">,
  signal: AbortSignal,
): Promise<ConnectionCheck> {
  const call = { method: "GET", path: "/systemcheck", signal } as const;
  const report = await agent.json(connectionId, checkReportSchema, call);
  return {
    ...report,
    hops: [pass("client"), pass("agent"), ...report.steps.map(toHop)],
    checkedAt: new Date(clock.now()).toISOString(),
  };
}

function toHop({ step, ...rest }: z.output<typeof checkReportSchema>["steps"][number]): Hop {
  return { hop: step, ...rest };
}

function pass(hop: "client" | "agent", durationMs = 0): Hop {
  return { hop, verdict: "pass", durationMs };
}

function failed(thrown: unknown, durationMs: number, clock: Pick<Clock, "now">): ConnectionCheck {
  const { code, message, likely, action } = toBrokerError(thrown);
  const isClient = CLIENT_CODES.includes(code);
  const fail: Hop = { hop: isClient ? "client" : "agent", verdict: "fail", durationMs, code, message, likely, action };
  const skipped = [...(isClient ? (["agent"] as const) : []), ...CHECK_STEPS].map(
    (hop): Hop => ({ hop, verdict: "skipped", durationMs: 0 }),
  );
  return {
    ok: false,
    registry: null,
    hops: [...(isClient ? [] : [pass("client")]), fail, ...skipped],
    warnings: [],
    checkedAt: new Date(clock.now()).toISOString(),
  };
}
