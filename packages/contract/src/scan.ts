import { imageFactsSchema, inventorySchema } from "@tidewaiter/inventory";
import { z } from "zod";

/** States of a scan. Only the last four are final, and a scan ends in exactly one of them. */
export const SCAN_STATES = [
  "NotScanned",
  "Queued",
  "Scanning",
  "Complete",
  "Stopped",
  "Failed",
  "Unsupported",
] as const;
export const scanStateSchema = z.enum(SCAN_STATES);
export type ScanState = z.output<typeof scanStateSchema>;
export const FINAL_SCAN_STATES = ["Complete", "Stopped", "Failed", "Unsupported"] as const;
export type FinalScanState = (typeof FINAL_SCAN_STATES)[number];

export function isFinal(state: ScanState): state is FinalScanState {
  return (FINAL_SCAN_STATES as readonly ScanState[]).includes(state);
}

/** Where a running scan is. */
export const SCAN_PHASES = ["resolve", "pull", "analyse", "report"] as const;
export type ScanPhase = (typeof SCAN_PHASES)[number];

const scanId = z.string().min(1).max(128);
const nonce = z.string().min(16).max(128);

/** Body of `POST /scan` (v2) and, answered with the result itself, of `POST /discover` (v1). */
export const scanRequestSchema = z.object({
  /** Chosen by the server; equal ids are the same scan. */
  scanId,
  /** Single-use proof that a result belongs to a request. */
  nonce,
  /** Counts from 1 when the server sends the same scan again. */
  attempt: z.number().int().min(1).max(100).default(1),
  repository: z.string().min(1).max(255),
  /** Tag or digest. */
  reference: z.string().min(1).max(200),
  /** `os/arch[/variant]`; the connection's platforms, else linux/amd64, when left out. */
  platform: z.string().max(64).optional(),
  /** `${BROKER_CLIENT_URL}`, which the broker client fills in. Ours sends it as a header as well. */
  callbackUrl: z.string().max(2048).optional(),
});
export type ScanRequest = z.output<typeof scanRequestSchema>;

/** Answer to `POST /scan`, with 202. */
export const scanAcceptedSchema = z.object({ id: scanId, state: scanStateSchema });
export type ScanAccepted = z.output<typeof scanAcceptedSchema>;

export const scanProgressSchema = z.object({
  scanId,
  nonce,
  attempt: z.number().int().min(1),
  state: z.enum(["Queued", "Scanning"]),
  phase: z.enum(SCAN_PHASES),
  layersDone: z.number().int().min(0),
  layersTotal: z.number().int().min(0),
  bytesDone: z.number().int().min(0),
  bytesTotal: z.number().int().min(0),
  worker: z.string().max(128).optional(),
  at: z.iso.datetime(),
});
export type ScanProgress = z.output<typeof scanProgressSchema>;

export const scanErrorSchema = z.object({
  code: z.string().max(64),
  message: z.string().max(4096),
  likely: z.string().max(4096).optional(),
  action: z.string().max(4096).optional(),
});

export const scanTimingsSchema = z.object({
  queuedMs: z.number().min(0),
  resolveMs: z.number().min(0),
  analyseMs: z.number().min(0),
  bytesFetched: z.number().int().min(0),
  layersCached: z.number().int().min(0),
});

/** Body of the callback `POST /api/v2/import/result`, once for each scan and attempt. */
export const scanResultSchema = z.object({
  scanId,
  nonce,
  attempt: z.number().int().min(1),
  state: z.enum(FINAL_SCAN_STATES),
  repository: z.string().max(255),
  reference: z.string().max(200),
  /** What the tag named: the digest of an index, or the image's own. */
  tagDigest: z.string().max(200).optional(),
  error: scanErrorSchema.optional(),
  image: imageFactsSchema.optional(),
  inventory: inventorySchema.optional(),
  timings: scanTimingsSchema.optional(),
  finishedAt: z.iso.datetime(),
});
export type ScanResult = z.output<typeof scanResultSchema>;

/** Body of the callback `POST /api/v2/import/done`, after the result was taken. */
export const scanDoneSchema = z.object({
  scanId,
  nonce,
  attempt: z.number().int().min(1),
  state: z.enum(FINAL_SCAN_STATES),
});
export type ScanDone = z.output<typeof scanDoneSchema>;

/** Paths of the callbacks, below the broker client's own address. */
export const CALLBACK_PATHS = {
  result: "/api/v2/import/result",
  done: "/api/v2/import/done",
  progress: "/api/v2/import/progress",
  push: "/api/v2/import/push",
} as const;
