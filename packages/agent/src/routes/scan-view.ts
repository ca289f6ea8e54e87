import { type ScanProgress, scanErrorSchema, scanProgressSchema, scanStateSchema } from "@tidewaiter/contract";
import { z } from "zod";
import type { StoredParcel } from "../state/parcel.ts";
import type { Scan } from "../state/scan.ts";

/** How a scan shows in `/scans` and `/scans/:id`. The nonce stays inside. */
export const scanViewSchema = z.object({
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
export type ScanView = z.output<typeof scanViewSchema>;

export function describeScan(scan: Scan, progress?: ScanProgress, parcel?: StoredParcel): ScanView {
  const { scanId, attempt, state, repository, reference, platform, digest, errorCode, errorMessage } = scan;
  return {
    id: scanId,
    attempt,
    state,
    repository,
    reference,
    platform,
    digest,
    error: errorCode === undefined ? undefined : { code: errorCode, message: errorMessage ?? "" },
    progress: progress && viewProgress(progress),
    createdAt: new Date(scan.createdAt).toISOString(),
    startedAt: isoTime(scan.startedAt),
    finishedAt: isoTime(scan.finishedAt),
    delivery: parcel && { state: parcel.state, tries: parcel.tries, status: parcel.status, reason: parcel.reason },
  };
}

function viewProgress({ phase, layersDone, layersTotal, bytesDone, bytesTotal, worker, at }: ScanProgress) {
  return { phase, layersDone, layersTotal, bytesDone, bytesTotal, worker, at };
}

function isoTime(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}
