import { setTimeout as delay } from "node:timers/promises";
import { hasConnections, startServer } from "../../interop/tunnel/pairs.ts";
import { waitFor } from "../../interop/tunnel/processes.ts";
import { load } from "./load.ts";
import { cpuSeconds, peakRssMb, resetPeak, rssMb } from "./process-figures.ts";
import type { Stand } from "./stands.ts";

/** One row of the bench: how it is measured on a stand. Undefined where it does not apply. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  /** More is better, or less. */
  readonly rounds: number;
  measure(stand: Stand, durationMs: number): Promise<number | undefined>;
}

const requestsPerSecond = (path: string, inFlight: number) => async (stand: Stand, durationMs: number) => {
  const { requests, seconds } = await load({ url: stand.forwardUrl + path, inFlight, durationMs });
  return requests / seconds;
};

const megabytesPerSecond =
  (path: string, inFlight: number, bodyBytes?: number) => async (stand: Stand, durationMs: number) => {
    const { bytes, seconds } = await load({ url: stand.forwardUrl + path, inFlight, durationMs, bodyBytes });
    return bytes / 1e6 / seconds;
  };

const callbacksPerSecond = (inFlight: number, bodyBytes: number) => async (stand: Stand, durationMs: number) => {
  const { requests, seconds } = await load({
    url: `${stand.callbackUrl}/v2/import/result`,
    inFlight,
    durationMs,
    bodyBytes,
  });
  return requests / seconds;
};

/** Peak memory of the larger of the two processes while one callback passes. The peer takes at most 10 MB. */
const callbackPeak = (bodyBytes: number, peerCanDoIt: boolean) => async (stand: Stand) => {
  const { clientPid, serverPid, name } = stand;
  if (!clientPid || !serverPid || (!peerCanDoIt && name !== "ours")) return undefined;
  for (const pid of [clientPid, serverPid]) resetPeak(pid);
  await load({ url: `${stand.callbackUrl}/v2/import/result`, inFlight: 1, durationMs: 1, bodyBytes });
  return Math.max(peakRssMb(clientPid), peakRssMb(serverPid));
};

const cpuPerExchange = async (stand: Stand, durationMs: number) => {
  const { clientPid, serverPid } = stand;
  if (!clientPid || !serverPid) return undefined;
  const used = (): number => cpuSeconds(clientPid) + cpuSeconds(serverPid);
  const before = used();
  const { requests } = await load({ url: `${stand.forwardUrl}/list/1024`, inFlight: 16, durationMs: durationMs * 2 });
  return ((used() - before) / requests) * 1_000;
};

/** Time from the return of the server to the first good exchange. */
const recovery = (outageMs: number) => async (stand: Stand) => {
  const { pair, serverSide } = stand;
  if (!pair) return undefined;
  const port = Number(new URL(pair.server.url).port);
  await pair.server.stop("SIGKILL");
  await delay(outageMs);
  const again = startServer(serverSide ?? "ours", port, pair.token, pair.serverEnv);
  await waitFor("the server", async () => (await fetch(`${pair.server.url}/healthcheck`)).ok);
  const begun = performance.now();
  await waitFor("a good exchange", async () => (await fetch(`${stand.forwardUrl}/list/1024`)).ok, 120_000);
  const seconds = (performance.now() - begun) / 1_000;
  await waitFor("both connections", () => hasConnections(pair.server.url, pair.token, 2), 120_000);
  pair.replaceServer(again);
  return seconds;
};

export const IDLE_ROWS: readonly Row[] = [
  { name: "idle-rss-client", unit: "MB", rounds: 1, measure: async ({ clientPid }) => clientPid && rssMb(clientPid) },
  { name: "idle-rss-server", unit: "MB", rounds: 1, measure: async ({ serverPid }) => serverPid && rssMb(serverPid) },
];

/** Before the load, whose traces in a process would count as theirs. */
export const PEAK_ROWS: readonly Row[] = [
  { name: "callback-9m-rss", unit: "MB", rounds: 1, measure: callbackPeak(9_000_000, true) },
  { name: "callback-200m-rss", unit: "MB", rounds: 1, measure: callbackPeak(200_000_000, false) },
];

export const ROWS: readonly Row[] = [
  { name: "forward-1k-c1", unit: "req/s", rounds: 3, measure: requestsPerSecond("/list/1024", 1) },
  { name: "forward-1k-c64", unit: "req/s", rounds: 3, measure: requestsPerSecond("/list/1024", 64) },
  { name: "forward-1m-c8", unit: "MB/s", rounds: 3, measure: megabytesPerSecond("/list/1000000", 8) },
  { name: "forward-100m-c1", unit: "MB/s", rounds: 3, measure: megabytesPerSecond("/list/100000000", 1) },
  { name: "forward-post-1m-c8", unit: "MB/s", rounds: 3, measure: megabytesPerSecond("/scan", 8, 1_000_000) },
  { name: "callback-1k-c16", unit: "req/s", rounds: 3, measure: callbacksPerSecond(16, 1_024) },
  { name: "callback-1m-c1", unit: "req/s", rounds: 3, measure: callbacksPerSecond(1, 1_000_000) },
  { name: "cpu-per-1k", unit: "ms", rounds: 3, measure: cpuPerExchange },
];

export const RECOVERY_ROWS: readonly Row[] = [
  { name: "recover-2s", unit: "s", rounds: 1, measure: recovery(2_000) },
  { name: "recover-30s", unit: "s", rounds: 1, measure: recovery(30_000) },
];
