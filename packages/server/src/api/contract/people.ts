import { z } from "zod";
import { defineRoute, idParams, idSchema, pageOf, pageQuery, roleSchema, scopeSchema, timeSchema } from "./route.ts";

const tag = "people";
const connections = z.array(idSchema).max(1_000).nullable();

export const userSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: roleSchema,
  /** null: every connection. */
  connections: z.array(z.string()).nullable(),
  signIn: z.enum(["password", "oidc", "invited"]),
  isDisabled: z.boolean(),
  createdAt: timeSchema,
  lastSeenAt: timeSchema.nullable(),
});
export type UserView = z.output<typeof userSchema>;

export const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  /** First characters, to tell keys apart. */
  hint: z.string(),
  role: roleSchema,
  scopes: z.array(scopeSchema),
  connections: z.array(z.string()).nullable(),
  createdAt: timeSchema,
  createdBy: z.string(),
  expiresAt: timeSchema.nullable(),
  lastUsedAt: timeSchema.nullable(),
});
export type KeyView = z.output<typeof keySchema>;

export const auditEntrySchema = z.object({
  id: z.string(),
  at: timeSchema,
  actor: z.string(),
  action: z.string(),
  target: z.string(),
  connectionId: z.string().nullable(),
  address: z.string(),
  detail: z.record(z.string(), z.unknown()),
});

const auditFilters = z.object({
  actor: z.string().max(100).optional(),
  action: z.string().max(100).optional(),
  since: timeSchema.optional(),
});

export const peopleRoutes = {
  listUsers: defineRoute({
    method: "GET",
    path: "/users",
    tag,
    summary: "Everybody who may sign in",
    role: "admin",
    scope: "admin",
    query: pageQuery,
    response: pageOf(userSchema),
  }),
  inviteUser: defineRoute({
    method: "POST",
    path: "/users",
    tag,
    summary: "Invite somebody; the answer holds the one-time link's token, which is shown once",
    role: "admin",
    scope: "admin",
    body: z.strictObject({ role: roleSchema, connections: connections.default(null) }),
    response: z.object({ token: z.string(), path: z.string(), expiresAt: timeSchema }),
    status: 201,
  }),
  updateUser: defineRoute({
    method: "PATCH",
    path: "/users/:id",
    tag,
    summary: "Change role, connections or whether the account may sign in",
    role: "admin",
    scope: "admin",
    params: idParams,
    body: z.strictObject({
      role: roleSchema.optional(),
      connections: connections.optional(),
      isDisabled: z.boolean().optional(),
    }),
    response: userSchema,
  }),
  removeUser: defineRoute({
    method: "DELETE",
    path: "/users/:id",
    tag,
    summary: "Remove an account and its sessions",
    role: "admin",
    scope: "admin",
    params: idParams,
  }),
  listKeys: defineRoute({
    method: "GET",
    path: "/keys",
    tag,
    summary: "API keys, without their values",
    role: "admin",
    scope: "admin",
    query: pageQuery,
    response: pageOf(keySchema),
  }),
  createKey: defineRoute({
    method: "POST",
    path: "/keys",
    tag,
    summary: "Create an API key; its value is shown once",
    role: "admin",
    scope: "admin",
    body: z.strictObject({
      name: z.string().trim().min(1).max(100),
      role: roleSchema.default("viewer"),
      scopes: z.array(scopeSchema).min(1).max(10),
      connections: connections.default(null),
      expiresAt: timeSchema.nullable().default(null),
    }),
    response: z.object({ key: keySchema, value: z.string() }),
    status: 201,
  }),
  revokeKey: defineRoute({
    method: "DELETE",
    path: "/keys/:id",
    tag,
    summary: "Revoke an API key",
    role: "admin",
    scope: "admin",
    params: idParams,
  }),
  audit: defineRoute({
    method: "GET",
    path: "/audit",
    tag,
    summary: "Who did what, newest first",
    role: "admin",
    scope: "admin",
    query: pageQuery.extend(auditFilters.shape),
    response: pageOf(auditEntrySchema),
  }),
  exportAudit: defineRoute({
    method: "GET",
    path: "/audit/export",
    tag,
    summary: "The audit log as a file, newest first",
    role: "admin",
    scope: "admin",
    query: auditFilters.extend({ format: z.enum(["csv", "json"]).default("csv") }),
    produces: ["text/csv", "application/json"],
  }),
} as const;
