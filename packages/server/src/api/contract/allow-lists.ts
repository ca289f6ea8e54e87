import { z } from "zod";
import { ALLOW_MODES } from "./connections.ts";
import { defineRoute, idParams, idSchema, timeSchema } from "./route.ts";

const tag = "allow lists";

export const allowEntrySchema = z.object({
  id: z.string(),
  /** null: the common list. */
  connectionId: z.string().nullable(),
  advisory: z.string(),
  /** Only this package, when given. */
  package: z.string().nullable(),
  reason: z.string(),
  createdBy: z.string(),
  createdAt: timeSchema,
  expiresAt: timeSchema.nullable(),
  isExpired: z.boolean(),
});
export type AllowEntry = z.output<typeof allowEntrySchema>;

const addSchema = z.strictObject({
  /** Advisory ids, parted by commas, blanks or new lines. */
  advisories: z.string().min(1).max(100_000),
  package: z.string().trim().min(1).max(255).nullable().default(null),
  reason: z.string().trim().max(1_000).default(""),
  expiresAt: timeSchema.nullable().default(null),
});

export const allowListRoutes = {
  common: defineRoute({
    method: "GET",
    path: "/allow-list",
    tag,
    summary: "The common allow list",
    role: "viewer",
    scope: "read",
    response: z.object({ entries: z.array(allowEntrySchema) }),
  }),
  addCommon: defineRoute({
    method: "POST",
    path: "/allow-list",
    tag,
    summary: "Add to the common list",
    role: "admin",
    scope: "manage",
    body: addSchema,
    response: z.object({ entries: z.array(allowEntrySchema) }),
    status: 201,
  }),
  ofConnection: defineRoute({
    method: "GET",
    path: "/connections/:id/allow-list",
    tag,
    summary: "The list of a connection, and which entries apply to it now",
    role: "viewer",
    scope: "read",
    params: idParams,
    response: z.object({
      /** `common`: the common list applies; `replace`: the own one only; `merge`: both. */
      mode: z.enum(ALLOW_MODES),
      own: z.array(allowEntrySchema),
      applies: z.array(allowEntrySchema),
    }),
  }),
  addToConnection: defineRoute({
    method: "POST",
    path: "/connections/:id/allow-list",
    tag,
    summary: "Add to a connection's own list; the first entry makes it replace the common one",
    role: "admin",
    scope: "manage",
    params: idParams,
    body: addSchema,
    response: z.object({ entries: z.array(allowEntrySchema) }),
    status: 201,
  }),
  remove: defineRoute({
    method: "DELETE",
    path: "/allow-list/:id",
    tag,
    summary: "Remove an entry of either list",
    role: "admin",
    scope: "manage",
    params: z.object({ id: idSchema }),
  }),
} as const;
