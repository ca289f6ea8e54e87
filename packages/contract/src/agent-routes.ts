import { randomUUID } from "node:crypto";
import { z } from "zod";
import { registryTypeSchema } from "./registry-type.ts";
import { scanErrorSchema, scanProgressSchema, scanRequestSchema, scanStateSchema } from "./scan.ts";

/** Answer to `GET /healthcheck` of the agent. */
export const agentHealthSchema = z.object({ ok: z.boolean(), version: z.string() });

/** Answer to `GET /validate-credentials` when they are good. */
export const credentialVerdictSchema = z.object({
  ok: z.boolean(),
  registry: z.string(),
  warnings: z.array(z.string()),
});

/** Body of `POST /discover`: as for `POST /scan`; callers of the first version name neither scan nor nonce. */
export const discoverRequestSchema = scanRequestSchema.extend({
  scanId: scanRequestSchema.shape.scanId.default(() => randomUUID()),
  nonce: scanRequestSchema.shape.nonce.default(() => randomUUID()),
  reference: scanRequestSchema.shape.reference.default("latest"),
});

/** How a scan shows in the agent's `/scans` and `/scans/:id`. The nonce stays inside. */
export const agentScanSchema = z.object({
  id: z.string(),
  attempt: z.number().int(),
  state: scanStateSchema,
  repository: z.string(),
  reference: z.string(),
  platform: z.string().optional(),
  digest: z.string().optional(),
  error: scanErrorSchema.optional(),
  progress: scanProgressSchema.omit({ nonce: true, scanId: true, attempt: true, state: true }).optional(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().optional(),
  finishedAt: z.iso.datetime().optional(),
  /** What became of the result's callback. */
  delivery: z
    .object({
      state: z.enum(["pending", "delivered", "refused", "expired"]),
      tries: z.number().int(),
      status: z.number().int().optional(),
      reason: z.string().optional(),
    })
    .optional(),
});
export type AgentScan = z.output<typeof agentScanSchema>;

/** Answer to `GET /scans` of the agent: the connection's scans, newest first. */
export const agentScansSchema = z.object({ scans: z.array(agentScanSchema) });

/** Body of `PUT /hooks/:id`. */
export const hookRequestSchema = z.object({
  type: registryTypeSchema,
  /** Shared with the registry; what it proves a delivery with depends on the type. */
  secret: z.string().min(8).max(512).optional(),
  /** For clients that do not name it in a header. */
  callbackUrl: z.string().max(2048).optional(),
});

/** Answer to `PUT /hooks/:id`: the path below the agent's address that the registry has to post to. */
export const hookSchema = z.object({
  id: z.string(),
  type: registryTypeSchema,
  path: z.string(),
  hasSecret: z.boolean(),
});

/** Answer to `DELETE /hooks/:id`. */
export const hookRemovedSchema = z.object({ ok: z.boolean() });
