import { z } from "zod";
import { defineRoute, idSchema, listQuery, timeSchema } from "./route.ts";

const tag = "traffic";
const ruleSchema = z.object({ method: z.string(), path: z.string() }).nullable();

export const CALL_DIRECTIONS = ["down", "up"] as const;
export const CALL_OUTCOMES = ["answered", "denied", "failed"] as const;

/** One call through a tunnel. Bodies, headers and the values of queries are never kept. */
export const brokeredCallSchema = z.object({
  id: z.string(),
  at: timeSchema,
  connectionId: z.string(),
  connectionName: z.string(),
  /** `down`: from this side to the agent; `up`: a callback. */
  direction: z.enum(CALL_DIRECTIONS),
  clientId: z.string().nullable(),
  method: z.string(),
  /** Masked: no value of a query, nothing that could be a token. */
  path: z.string(),
  outcome: z.enum(CALL_OUTCOMES),
  /** The rule that let it through: of the client for calls down, of the server for callbacks. */
  rule: ruleSchema,
  /** For denied calls: the rule that came nearest. */
  nearest: ruleSchema,
  status: z.number().int(),
  code: z.string().nullable(),
  durationMs: z.number(),
  /** null where a body flowed without a length. */
  requestBytes: z.number().int().nullable(),
  responseBytes: z.number().int().nullable(),
});
export type BrokeredCall = z.output<typeof brokeredCallSchema>;

const countsSchema = z.object({ calls: z.number().int(), denied: z.number().int(), failed: z.number().int() });

const filters = z.object({
  connectionId: idSchema.optional(),
  direction: listQuery(z.enum(CALL_DIRECTIONS)),
  outcome: listQuery(z.enum(CALL_OUTCOMES)),
  /** Part of the path or of the code. */
  search: z.string().max(200).optional(),
});
export type TrafficFilters = z.output<typeof filters>;

export const trafficRoutes = {
  list: defineRoute({
    method: "GET",
    path: "/traffic",
    tag,
    summary: "The last calls through the tunnels, newest first, with what was denied since the servers started",
    role: "viewer",
    scope: "read",
    query: filters.extend({ limit: z.coerce.number().int().min(1).max(1_000).default(100) }),
    response: z.object({
      items: z.array(brokeredCallSchema),
      /** How many of the remembered calls fit. */
      matching: z.number().int(),
      /** How many each server remembers; 0: none. */
      keeps: z.number().int(),
      /** Since the servers started, of the connections that are asked for. */
      counts: countsSchema,
      since: timeSchema,
      /** Denied calls of the same kind together, the latest first. */
      denied: z.array(
        brokeredCallSchema
          .pick({ connectionId: true, connectionName: true, direction: true, method: true, path: true, nearest: true })
          .extend({ count: z.number().int(), lastAt: timeSchema }),
      ),
      /** Other servers that did not answer now; their calls are missing. */
      silentServers: z.number().int(),
    }),
  }),
  export: defineRoute({
    method: "GET",
    path: "/traffic/export",
    tag,
    summary: "The remembered calls as a file, newest first",
    role: "viewer",
    scope: "read",
    query: filters.extend({ format: z.enum(["csv", "json"]).default("csv") }),
    produces: ["text/csv", "application/json"],
  }),
} as const;
