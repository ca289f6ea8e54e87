import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { BuildReport } from "@tidewaiter/advisories";
import { BrokerError, type ErrorCode } from "@tidewaiter/runtime";

interface Reply {
  readonly report?: BuildReport;
  readonly error?: { readonly code: ErrorCode; readonly message: string; readonly cause?: string };
}

/**
 * Builds the advisory database from folders or archives, in a worker; readers move over when it is whole.
 *
 * @throws {BrokerError} ADVISORIES_INVALID, ADVISORIES_MISSING, or CANCELLED.
 */
export async function buildAdvisories(
  path: string,
  sources: readonly string[],
  signal: AbortSignal,
): Promise<BuildReport> {
  const worker = new Worker(new URL("./build-worker.ts", import.meta.url), { workerData: { path, sources } });
  try {
    const [{ report, error }] = (await once(worker, "message", { signal })) as [Reply];
    if (report) return report;
    const { code, message, ...rest } = error ?? {
      code: "INTERNAL" as const,
      message: "the import ended without an answer",
    };
    throw new BrokerError(code, message, rest);
  } finally {
    await worker.terminate();
  }
}
