import { setTimeout as delay } from "node:timers/promises";
import { BrokerError, isErrorCode } from "@tidewaiter/runtime";
import type { CheckHop, ImportState, ScanRow, ServerApi } from "./server-api.ts";

const POLL_MS = 150;
const MAX_UNNAMED = 10;

/** Walks client, agent and registry. @throws {BrokerError} with the failing hop's own code and advice. */
export async function checkChain(api: ServerApi, connectionId: string): Promise<CheckHop[]> {
  const { hops } = await api.check(connectionId);
  const failed = hops.find(({ verdict }) => verdict === "fail");
  // Images can be named by hand where nothing can be listed.
  if (!failed || failed.code === "CATALOG_UNSUPPORTED") return hops;
  const code = failed.code && isErrorCode(failed.code) ? failed.code : "UNAVAILABLE";
  throw new BrokerError(code, `systemcheck, ${failed.hop}: ${failed.message ?? "failed"}`, failed);
}

/** Images when none are named: one tag of each of the first repositories. */
export async function chooseImages(api: ServerApi, connectionId: string): Promise<string[]> {
  const images: string[] = [];
  for (const repository of await api.repositories(connectionId, MAX_UNNAMED)) {
    const tags = await api.tags(connectionId, repository);
    const tag = tags.includes("latest") ? "latest" : tags.at(-1);
    if (tag) images.push(`${repository}:${tag}`);
  }
  if (images.length > 0) return images;
  throw new BrokerError("NOT_FOUND", "the registry lists no tagged image", {
    likely: "the registry is empty, or these credentials may not list",
    action: "name images with --image repository:tag",
  });
}

/** A run that was killed may have left scans behind; an image with a running scan could not be imported anew. */
export async function clearLeftovers(api: ServerApi, connectionId: string, signal: AbortSignal): Promise<void> {
  if ((await api.stopScans(connectionId)) === 0) return;
  while ((await api.activeScans(connectionId)).length > 0) await delay(POLL_MS, undefined, { signal });
}

/** Follows an import to its end. `onProgress` is told of each look, with the scans that ended since the last. */
export async function followImport(
  api: ServerApi,
  started: ImportState,
  signal: AbortSignal,
  onProgress: (state: ImportState, ended: readonly ScanRow[]) => void,
): Promise<ScanRow[]> {
  const reported = new Set<string>();
  for (;;) {
    const [state, log] = [await api.importState(started.id), await api.importLog(started.id)];
    const ended = log.filter((row) => isOver(row) && !reported.has(nameOf(row)));
    for (const row of ended) reported.add(nameOf(row));
    onProgress(state, ended);
    if (state.state !== "running" && log.every(isOver)) return log;
    await delay(POLL_MS, undefined, { signal });
  }
}

/** `repository:tag`, or `repository@digest`. */
export function nameOf({ repository, reference }: Pick<ScanRow, "repository" | "reference">): string {
  return `${repository}${reference.includes(":") ? "@" : ":"}${reference}`;
}

function isOver({ state }: ScanRow): boolean {
  return state !== "Queued" && state !== "Scanning" && state !== "NotScanned";
}
