import type { AgentScan, ScanProgress } from "@tidewaiter/contract";
import type { StoredParcel } from "../state/parcel.ts";
import type { Scan } from "../state/scan.ts";

/** A scan as `/scans` and `/scans/:id` show it. */
export function describeScan(scan: Scan, progress?: ScanProgress, parcel?: StoredParcel): AgentScan {
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
