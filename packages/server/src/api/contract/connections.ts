import { CHECK_STEPS, REGISTRY_TYPES } from "@tidewaiter/contract";
import { z } from "zod";
import { defineRoute, idParams, idSchema, listQuery, pageOf, pageQuery, timeSchema } from "./route.ts";
import { scheduleSchema } from "./schedule-schema.ts";

const tag = "connections";
export const registryTypeName = z.enum(REGISTRY_TYPES);
export const ALLOW_MODES = ["common", "replace", "merge"] as const;
export const allowModeSchema = z.enum(ALLOW_MODES);
const nameSchema = z.string().trim().min(1).max(100);

/** What the wizard asks beside the type. No secrets: those are pasted into the client's environment. */
export const connectionOptionsSchema = z.strictObject({
  /** CR_BASE as the agent sees it. */
  registryBase: z.string().trim().max(512).optional(),
  /** BROKER_CLIENT_URL: the client as the agent sees it. */
  clientUrl: z
    .url({ protocol: /^https?$/ })
    .max(512)
    .optional(),
  /** CR_AGENT_URL: the agent as the client sees it. */
  agentUrl: z
    .url({ protocol: /^https?$/ })
    .max(512)
    .optional(),
  /** BROKER_SERVER_URL: this server as the client sees it. */
  serverUrl: z
    .url({ protocol: /^https?$/ })
    .max(512)
    .optional(),
  isPlainHttp: z.boolean().optional(),
  /** The commands ask for user name and password also where the registry could be read anonymously. */
  hasAccount: z.boolean().optional(),
  roleArn: z.string().max(512).optional(),
  region: z.string().max(64).optional(),
  platforms: z.array(z.string().max(64)).max(10).optional(),
});
export type ConnectionOptions = z.output<typeof connectionOptionsSchema>;

export const clientSchema = z.object({
  clientId: z.string(),
  version: z.string(),
  address: z.string(),
  transport: z.enum(["websocket", "polling"]),
  isTidewaiter: z.boolean(),
  connectedAt: timeSchema,
  inFlight: z.number().int(),
  /** Connections that it holds now, and the most that it held at once. */
  sockets: z.number().int(),
  mostSockets: z.number().int(),
});

export const connectionSchema = z.object({
  id: z.string(),
  name: z.string(),
  type: registryTypeName,
  options: connectionOptionsSchema,
  /** `waiting`: no client ever came; `down`: it left. */
  state: z.enum(["waiting", "connected", "down"]),
  clients: z.number().int(),
  projects: z.number().int(),
  createdAt: timeSchema,
  lastConnectedAt: timeSchema.nullable(),
  lastCheck: z.object({ ok: z.boolean(), at: timeSchema, code: z.string().nullable() }).nullable(),
  /** null: the organisation's schedule applies. */
  schedule: scheduleSchema.nullable(),
  nextRunAt: timeSchema.nullable(),
  allowMode: allowModeSchema,
  /** True when the registry has an address to tell pushes to. */
  hasHook: z.boolean(),
  /** Seconds between looks at state identifiers; null: off. */
  pollSeconds: z.number().int().nullable(),
});
export type ConnectionView = z.output<typeof connectionSchema>;

export const tokenSchema = z.object({
  id: z.string(),
  /** Short hash, as the client's log shows it. */
  fingerprint: z.string(),
  createdAt: timeSchema,
  expiresAt: timeSchema.nullable(),
  lastUsedAt: timeSchema.nullable(),
});

/** What to paste where: the token stands in it, so it is shown once. */
export const commandsSchema = z.object({ client: z.string(), agent: z.string(), compose: z.string() });
const issuedSchema = z.object({ token: z.string(), tokenId: z.string(), commands: commandsSchema });

export const HOPS = ["client", "agent", ...CHECK_STEPS] as const;
export const checkHopSchema = z.object({
  hop: z.enum(HOPS),
  verdict: z.enum(["pass", "warn", "fail", "skipped"]),
  durationMs: z.number(),
  fact: z.string().optional(),
  code: z.string().optional(),
  message: z.string().optional(),
  likely: z.string().optional(),
  action: z.string().optional(),
});
export const checkSchema = z.object({
  ok: z.boolean(),
  registry: z.string().nullable(),
  hops: z.array(checkHopSchema),
  warnings: z.array(z.string()),
  checkedAt: timeSchema,
});
export type ConnectionCheck = z.output<typeof checkSchema>;

export const registryTypeInfoSchema = z.object({
  type: registryTypeName,
  label: z.string(),
  /** Placeholder for the registry's address; null where the type has a fixed one. */
  baseExample: z.string().nullable(),
  fields: z.array(
    z.object({
      variable: z.string(),
      label: z.string(),
      isSecret: z.boolean(),
      isRequired: z.boolean(),
      hint: z.string(),
    }),
  ),
  /** False where repositories must be named by hand unless an API token is given. */
  canList: z.boolean(),
  notes: z.array(z.string()),
});

const changeSchema = z.strictObject({
  name: nameSchema.optional(),
  options: connectionOptionsSchema.optional(),
  schedule: scheduleSchema.nullable().optional(),
  allowMode: allowModeSchema.optional(),
  pollSeconds: z.number().int().min(60).max(86_400).nullable().optional(),
});

export const connectionRoutes = {
  types: defineRoute({
    method: "GET",
    path: "/registry-types",
    tag,
    summary: "What the wizard offers, with the fields of each type",
    role: "viewer",
    scope: "read",
    response: z.object({ items: z.array(registryTypeInfoSchema) }),
  }),
  list: defineRoute({
    method: "GET",
    path: "/connections",
    tag,
    summary: "Connections that the caller may see, by name",
    role: "viewer",
    scope: "read",
    query: pageQuery.extend({ type: listQuery(registryTypeName) }),
    response: pageOf(connectionSchema),
  }),
  create: defineRoute({
    method: "POST",
    path: "/connections",
    tag,
    summary: "Create a connection; the token and the commands that hold it are shown once",
    role: "admin",
    scope: "manage",
    body: z.strictObject({ name: nameSchema, type: registryTypeName, options: connectionOptionsSchema.default({}) }),
    response: issuedSchema.extend({ connection: connectionSchema }),
    status: 201,
  }),
  show: defineRoute({
    method: "GET",
    path: "/connections/:id",
    tag,
    summary: "One connection with its live clients",
    role: "viewer",
    scope: "read",
    params: idParams,
    response: connectionSchema.extend({ liveClients: z.array(clientSchema) }),
  }),
  update: defineRoute({
    method: "PATCH",
    path: "/connections/:id",
    tag,
    summary: "Change name, options, schedule, polling or how the allow list applies",
    role: "admin",
    scope: "manage",
    params: idParams,
    body: changeSchema,
    response: connectionSchema,
  }),
  remove: defineRoute({
    method: "DELETE",
    path: "/connections/:id",
    tag,
    summary: "Remove a connection with its projects, scans and findings; its clients are cut off",
    role: "admin",
    scope: "manage",
    params: idParams,
  }),
  listTokens: defineRoute({
    method: "GET",
    path: "/connections/:id/tokens",
    tag,
    summary: "Tokens in force, without their values",
    role: "admin",
    scope: "manage",
    params: idParams,
    response: z.object({ items: z.array(tokenSchema) }),
  }),
  rotateToken: defineRoute({
    method: "POST",
    path: "/connections/:id/tokens",
    tag,
    summary: "Issue a new token; the present ones stay good for the overlap",
    role: "admin",
    scope: "manage",
    params: idParams,
    body: z.strictObject({ overlapHours: z.number().min(0).max(720).default(24) }),
    response: issuedSchema,
    status: 201,
  }),
  revokeToken: defineRoute({
    method: "DELETE",
    path: "/connections/:id/tokens/:tokenId",
    tag,
    summary: "Revoke a token at once; clients that use it are cut off",
    role: "admin",
    scope: "manage",
    params: z.object({ id: idSchema, tokenId: idSchema }),
  }),
  addHook: defineRoute({
    method: "PUT",
    path: "/connections/:id/hook",
    tag,
    summary: "Let the registry tell of pushes: gives the address for its webhook settings; the secret is shown once",
    role: "admin",
    scope: "manage",
    params: idParams,
    response: z.object({
      /** Below the agent's address, as the registry sees it. */
      path: z.string(),
      /** The whole address, when the agent's is known. */
      url: z.string().nullable(),
      secret: z.string(),
    }),
  }),
  removeHook: defineRoute({
    method: "DELETE",
    path: "/connections/:id/hook",
    tag,
    summary: "Take no more push events from the registry",
    role: "admin",
    scope: "manage",
    params: idParams,
  }),
  check: defineRoute({
    method: "POST",
    path: "/connections/:id/check",
    tag,
    summary: "Walk client, agent, DNS, TCP, TLS, sign-in, listing and a pull, through the tunnel",
    role: "member",
    scope: "scan",
    params: idParams,
    response: checkSchema,
  }),
} as const;
