import { z } from "zod";
import { clientSchema } from "./connections.ts";
import { defineRoute, timeSchema } from "./route.ts";

const tag = "fleet";
const connectionOf = { connectionId: z.string(), connectionName: z.string() };

export const fleetServerSchema = z.object({
  id: z.string(),
  /** null: it did not answer now. */
  state: z
    .object({
      host: z.string(),
      version: z.string(),
      startedAt: timeSchema,
      memoryBytes: z.number().int(),
      /** Looks at timetables and leases, and fetches the advisories. */
      isLeader: z.boolean(),
      clients: z.number().int(),
      inFlight: z.number().int(),
    })
    .nullable(),
  /** The server that answers this call. */
  isThis: z.boolean(),
  /** Under which the others reach it; null for a server that is alone. */
  url: z.string().nullable(),
});

export const fleetClientSchema = clientSchema.extend({ ...connectionOf, serverId: z.string() });

export const fleetAgentSchema = z.object({
  ...connectionOf,
  ok: z.boolean(),
  /** null where the agent does not tell, or did not answer. */
  version: z.string().nullable(),
  /** From here through the tunnel to the agent and back. */
  durationMs: z.number().int(),
  /** Scans that it has in hand for this connection. */
  scanning: z.number().int(),
  problem: z.object({ code: z.string(), message: z.string(), likely: z.string(), action: z.string() }).nullable(),
});

export const fleetRoutes = {
  show: defineRoute({
    method: "GET",
    path: "/fleet",
    tag,
    summary: "The servers on this store, and the broker clients that they hold now",
    role: "viewer",
    scope: "read",
    response: z.object({
      /** Empty for people who see some connections only. */
      servers: z.array(fleetServerSchema),
      clients: z.array(fleetClientSchema),
    }),
  }),
  agents: defineRoute({
    method: "GET",
    path: "/fleet/agents",
    tag,
    summary: "Asks the agent behind each connected client how it is, through the tunnel",
    role: "viewer",
    scope: "read",
    response: z.object({
      items: z.array(fleetAgentSchema),
      /** Connections that were not asked, since there are too many. */
      left: z.number().int(),
    }),
  }),
} as const;
