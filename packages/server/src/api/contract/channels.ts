import { z } from "zod";
import { defineRoute, idParams, idSchema, listQuery, pageOf, pageQuery, timeSchema } from "./route.ts";

const tag = "alerts";

export const ALERT_EVENTS = ["findings.new", "scan.failed", "connection.lost", "advisories.stale"] as const;
export const alertEventSchema = z.enum(ALERT_EVENTS);
export type AlertEvent = z.output<typeof alertEventSchema>;

export const channelSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(["http", "slack"]),
  /** Origin of the address only: the rest may be a secret. */
  target: z.string(),
  events: z.array(alertEventSchema),
  /** null: every connection. */
  connectionId: z.string().nullable(),
  isEnabled: z.boolean(),
  createdAt: timeSchema,
});

export const deliverySchema = z.object({
  id: z.string(),
  channelId: z.string(),
  event: z.union([alertEventSchema, z.literal("test")]),
  state: z.enum(["waiting", "delivered", "failed"]),
  attempts: z.number().int(),
  status: z.number().int().nullable(),
  error: z.string().nullable(),
  createdAt: timeSchema,
  finishedAt: timeSchema.nullable(),
  payload: z.record(z.string(), z.unknown()),
});

const address = z.url({ protocol: /^https?$/ }).max(2_048);
const fields = {
  name: z.string().trim().min(1).max(100),
  url: address,
  events: z.array(alertEventSchema).min(1).max(ALERT_EVENTS.length),
  connectionId: idSchema.nullable(),
};
const manage = { role: "admin", scope: "manage" } as const;

export const channelRoutes = {
  list: defineRoute({
    method: "GET",
    path: "/channels",
    tag,
    summary: "Where alerts go",
    ...manage,
    response: z.object({ items: z.array(channelSchema) }),
  }),
  create: defineRoute({
    method: "POST",
    path: "/channels",
    tag,
    summary: "Add a channel; the signing secret of an HTTP channel is shown once",
    ...manage,
    body: z.strictObject({
      ...fields,
      kind: z.enum(["http", "slack"]),
      connectionId: fields.connectionId.default(null),
    }),
    response: z.object({ channel: channelSchema, secret: z.string().nullable() }),
    status: 201,
  }),
  update: defineRoute({
    method: "PATCH",
    path: "/channels/:id",
    tag,
    summary: "Change or switch off a channel",
    ...manage,
    params: idParams,
    body: z.strictObject({ ...fields, isEnabled: z.boolean() }).partial(),
    response: channelSchema,
  }),
  remove: defineRoute({
    method: "DELETE",
    path: "/channels/:id",
    tag,
    summary: "Remove a channel",
    ...manage,
    params: idParams,
  }),
  test: defineRoute({
    method: "POST",
    path: "/channels/:id/test",
    tag,
    summary: "Send a test message now and answer how it went",
    ...manage,
    params: idParams,
    response: deliverySchema,
  }),
  deliveries: defineRoute({
    method: "GET",
    path: "/deliveries",
    tag,
    summary: "What was sent, newest first",
    ...manage,
    query: pageQuery.extend({
      channelId: idSchema.optional(),
      state: listQuery(z.enum(["waiting", "delivered", "failed"])),
    }),
    response: pageOf(deliverySchema),
  }),
  resend: defineRoute({
    method: "POST",
    path: "/deliveries/:id/resend",
    tag,
    summary: "Send a delivery again",
    ...manage,
    params: idParams,
    response: deliverySchema,
  }),
} as const;
