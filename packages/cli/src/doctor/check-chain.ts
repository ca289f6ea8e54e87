import { checkReportSchema } from "@tidewaiter/contract";
import { z } from "zod";
import type { Ask } from "./ask.ts";
import type { Place } from "./places.ts";
import { failed, failedWith, type Part, type Row } from "./row.ts";

const CHECK_TIMEOUT_MS = 60_000;
const connections = z.union([
  z.array(z.object({ websocketConnectionOpen: z.boolean(), brokerServerUrl: z.string() })),
  z.object({ websocketConnectionOpen: z.boolean(), brokerServerUrl: z.string() }).transform((one) => [one]),
]);
const hop = z.object({ ok: z.boolean(), code: z.string().optional(), message: z.string().optional() });
const entries = z.array(
  z.object({
    ok: z.boolean(),
    error: z.unknown().optional(),
    agent: hop.optional(),
    registry: checkReportSchema.optional(),
  }),
);

/** The client's connections to its server. */
export async function checkTunnel({ url }: Place, ask: Ask): Promise<Row[]> {
  try {
    const { json } = await ask(url, "/healthcheck");
    const parsed = connections.safeParse(json);
    if (!parsed.success) return [failedWith("client", "tunnel", "NOT_FOUND", "/healthcheck answers in another shape")];
    const open = parsed.data.filter(({ websocketConnectionOpen }) => websocketConnectionOpen).length;
    const server = parsed.data[0]?.brokerServerUrl.split("?")[0];
    const fact = `${open} of ${parsed.data.length} connections to ${server} are open`;
    if (open === 0) return [failedWith("client", "tunnel", "TUNNEL_DOWN", fact)];
    return [{ part: "client", check: "tunnel", verdict: open < parsed.data.length ? "warn" : "pass", fact }];
  } catch (error) {
    return [failed("client", "tunnel", error)];
  }
}

/** The client's own check of the way over its agent to the registry. */
export async function checkSystem({ url }: Place, ask: Ask): Promise<Row[]> {
  try {
    const { status, json } = await ask(url, "/systemcheck", CHECK_TIMEOUT_MS);
    const parsed = entries.safeParse(json);
    if (!parsed.success) {
      return [failedWith("client", "systemcheck", "NOT_FOUND", `/systemcheck answers ${status} in another shape`)];
    }
    return parsed.data.flatMap(({ ok, error, agent, registry }) => {
      if (registry) return [...agentRow(agent), ...reportRows("registry", registry)];
      if (ok) return [{ part: "client", check: "systemcheck", verdict: "pass" } satisfies Row];
      const fact = typeof error === "string" ? error : JSON.stringify(error);
      return [failedWith("client", "agent", agent?.code ?? "DOWNSTREAM_UNREACHABLE", agent?.message ?? fact)];
    });
  } catch (error) {
    return [failed("client", "systemcheck", error)];
  }
}

function agentRow(agent: z.output<typeof hop> | undefined): Row[] {
  if (!agent) return [];
  if (agent.ok) return [{ part: "client", check: "agent", verdict: "pass", fact: "the client reaches its agent" }];
  return [failedWith("client", "agent", agent.code, agent.message ?? "the client does not reach its agent")];
}

/** A check engine's report as rows. */
export function reportRows(part: Part, { registry, steps, warnings }: z.output<typeof checkReportSchema>): Row[] {
  return [
    ...steps.map(({ step, verdict, fact, code, message, likely, action }) => ({
      part,
      check: step,
      verdict,
      fact: message ?? fact ?? registry,
      code,
      likely,
      action,
    })),
    ...warnings.map((fact) => ({ part, check: "note", verdict: "warn", fact }) as const),
  ];
}
