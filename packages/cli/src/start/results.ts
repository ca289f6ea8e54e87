import type { Finding, Package } from "@tidewaiter/inventory";
import { BrokerError, errorKind, isErrorCode } from "@tidewaiter/runtime";
import { nameOf } from "./run-import.ts";
import type { Counts, ScanRow, ServerApi } from "./server-api.ts";

/** One image of the outcome, as `--json` prints it. */
export interface ImageResult {
  readonly reference: string;
  readonly digest: string | null;
  readonly state: string;
  /** null: no advisory data covers this image. Never read as zero. */
  readonly totals: Counts | null;
  readonly packages: readonly Package[];
  readonly findings: readonly Finding[];
  readonly error: ScanRow["error"];
}

/** Reads what the server holds of each scanned image. */
export async function readResults(api: ServerApi, rows: readonly ScanRow[]): Promise<ImageResult[]> {
  const results: ImageResult[] = [];
  for (const row of [...rows].sort((a, b) => nameOf(a).localeCompare(nameOf(b))))
    results.push(await readResult(api, row));
  return results;
}

async function readResult(api: ServerApi, row: ScanRow): Promise<ImageResult> {
  const base = { reference: nameOf(row), digest: row.digest, state: row.state, error: row.error };
  if (!row.imageId) return { ...base, totals: null, packages: [], findings: [] };
  const [image, packages, findings] = [
    await api.image(row.imageId),
    await api.packages(row.imageId),
    await api.findings(row.imageId),
  ];
  return { ...base, digest: image.digest, totals: image.totals.remaining, packages, findings };
}

/** Throws the first failure, so that the process ends with its code; a command that scanned everything goes on. */
export function failUnlessComplete(results: readonly ImageResult[]): void {
  const failed = results.find(({ state }) => state !== "Complete");
  if (!failed) return;
  const { error, reference, state } = failed;
  const code = error && isErrorCode(error.code) ? error.code : "SCAN_LOST";
  throw new BrokerError(code, `${reference}: ${error?.message ?? `the scan ended as ${state}`}`, {
    likely: error?.likely ?? errorKind(code).likely,
    action: error?.action ?? errorKind(code).action,
  });
}
