import { z } from "zod";
import { CALL_DIRECTIONS } from "../api/contract/traffic.ts";
import type { TunnelCall } from "../tunnel/index.ts";
import type { createClientRules } from "./client-rule.ts";
import type { KeptCall, TrafficLog } from "./traffic-log.ts";

const ruleSchema = z.object({ method: z.string(), path: z.string() }).optional();

/** A remembered call as servers tell it each other: with the rule that it fits, without the client's rules. */
const toldCallSchema = z.object({
  number: z.number(),
  connectionId: z.string(),
  direction: z.enum(CALL_DIRECTIONS),
  clientId: z.string().optional(),
  method: z.string(),
  path: z.string(),
  at: z.number(),
  durationMs: z.number(),
  status: z.number(),
  code: z.string().optional(),
  isDenied: z.boolean(),
  rule: ruleSchema,
  nearest: ruleSchema,
  requestBytes: z.number().optional(),
  responseBytes: z.number().optional(),
});
export type ToldCall = z.output<typeof toldCallSchema>;

/** What one server remembers. */
export const toldTrafficSchema = z.object({
  /** Milliseconds of the epoch at which it began to count. */
  since: z.number(),
  calls: z.array(toldCallSchema),
  denied: z.array(toldCallSchema),
  /** Of each connection: calls, denied, failed. */
  counts: z.array(z.tuple([z.string(), z.number(), z.number(), z.number()])),
});
export type ToldTraffic = z.output<typeof toldTrafficSchema>;

/** For calls down the client's rules decide, which the server only looks at here, when somebody asks. */
export function tellTraffic(
  log: TrafficLog,
  since: number,
  rules: ReturnType<typeof createClientRules>,
  sees: (connectionId: string) => boolean,
): ToldTraffic {
  const tell = ({ filters, ...call }: KeptCall): ToldCall =>
    call.direction === "up" || call.rule || call.nearest
      ? { ...call, ...shortRules(call) }
      : { ...call, ...byOutcome(call, rules(filters, call.method, call.path)) };
  const visible = (calls: readonly KeptCall[]): ToldCall[] =>
    calls.filter(({ connectionId }) => sees(connectionId)).map(tell);
  const counts = [...log.counts()].filter(([id]) => sees(id));
  return {
    since,
    calls: visible(log.calls()),
    denied: visible(log.denied()),
    counts: counts.map(([id, { calls, denied, failed }]) => [id, calls, denied, failed]),
  };
}

type Rules = Pick<TunnelCall, "rule" | "nearest">;

/** A rule file's own rules hold more than people need to see here. */
function shortRules({ rule, nearest }: Rules): Rules {
  const short = (one: Rules["rule"]): Rules["rule"] => one && { method: one.method.toUpperCase(), path: one.path };
  return { rule: short(rule), nearest: short(nearest) };
}

function byOutcome({ isDenied }: Pick<TunnelCall, "isDenied">, { rule, nearest }: Rules): Rules {
  return isDenied ? { rule: undefined, nearest } : { rule, nearest: undefined };
}
