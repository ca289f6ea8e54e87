import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeCredentials } from "@tidewaiter/contract";
import { createLimiter, listen } from "@tidewaiter/runtime";
import { createContent, registryApp } from "@tidewaiter/sample-registry";
import { debianImage } from "../../e2e/agent/agent-fixture.ts";
import { startAgentProcess } from "../../e2e/agent/agent-process.ts";
import { startCallbackSink } from "../../e2e/agent/callback-sink.ts";
import { memoryOf, metricOf } from "./process-figures.ts";

const POSTS_AT_ONCE = 8;
/** So that memory which only waits to be collected does not look like memory that is lost, and what is lost ends the run. */
const SMALL_HEAP = "--max-old-space-size=96";

export interface SmallFigures {
  readonly perMinute: number;
  /** Resident memory after each tenth of the scans, in MB. */
  readonly memory: readonly number[];
  readonly delayMs: number;
}

/** Small images, each with a layer of its own, from the request to the callback that says done. */
export async function runSmall(count: number, slots: number): Promise<SmallFigures> {
  const bench = await openBench(slots);
  for (let at = 0; at < count; at += 1) {
    bench.content.push(`small/app-${at}`, "1", await debianImage({ bash: `5.${at}`, dash: `0.${at}` }));
  }
  const memory: number[] = [];
  let done = 0;
  const finished = Promise.withResolvers<void>();
  bench.sink.answer = ({ path }) => {
    if (!path.endsWith("/done")) return 200;
    done += 1;
    bench.sink.received.length = 0;
    if (done % Math.ceil(count / 10) === 0) memory.push(memoryOf(bench.agent.pid).now);
    if (done === count) finished.resolve();
    return 200;
  };
  const startedAt = performance.now();
  const limiter = createLimiter(POSTS_AT_ONCE);
  await Promise.all(
    Array.from({ length: count }, (_, at) => limiter.run(() => bench.scan(`scan-${at}`, `small/app-${at}`))),
  );
  await finished.promise;
  const seconds = (performance.now() - startedAt) / 1000;
  const delayMs = (await metricOf(bench.agent.url, "nodejs_eventloop_lag_p99_seconds")) * 1000;
  await bench.close();
  return { perMinute: (count / seconds) * 60, memory, delayMs };
}

/** Recurring tests of unchanged images: what they cost the registry. */
export async function runRecurring(count: number): Promise<{ readonly requests: number; readonly seconds: number }> {
  const bench = await openBench(1);
  const image = await debianImage({ bash: "5.2" });
  for (let at = 0; at < count; at += 1) bench.content.push(`same/app-${at % 50}`, `t${at}`, image);
  const limiter = createLimiter(POSTS_AT_ONCE);
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: count }, (_, at) =>
      limiter.run(async () => {
        const query = `repository=same/app-${at % 50}&reference=t${at}`;
        const answer = await fetch(`${bench.agent.url}/get-state-identifier?${query}`, { headers: bench.headers });
        if (!answer.ok) throw new Error(`answered ${answer.status}`);
        await answer.arrayBuffer();
      }),
    ),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const requests = bench.requests();
  await bench.close();
  return { requests, seconds };
}

async function openBench(slots: number) {
  const content = createContent();
  let requests = 0;
  const app = registryApp({
    content,
    accounts: { reader: "reader" },
    before: [
      (_req, _res, next) => {
        requests += 1;
        next();
      },
    ],
  });
  const registry = await listen(app, { port: 0, host: "127.0.0.1" });
  const sink = await startCallbackSink();
  const folder = await mkdtemp(join(tmpdir(), "tidewaiter-small-"));
  const env = { TIDEWAITER_DATA_DIR: folder, MAX_ACTIVE_OPERATIONS: String(slots), LOG_LEVEL: "info" };
  const agent = await startAgentProcess({ env, nodeArguments: [SMALL_HEAP] });
  const blob = {
    type: "oci",
    registryBase: registry.url,
    username: "reader",
    password: "reader",
    extra: { plainHttp: true },
  } as const;
  const headers = {
    authorization: encodeCredentials(blob).reveal(),
    "x-tidewaiter-connection": "connection-bench",
    "x-tidewaiter-callback": sink.url,
    "content-type": "application/json",
  };
  return {
    content,
    sink,
    agent,
    headers,
    requests: () => requests,
    scan: async (scanId: string, repository: string): Promise<void> => {
      const body = JSON.stringify({ scanId, nonce: "nonce-of-sixteen-characters", repository, reference: "1" });
      const answer = await fetch(`${agent.url}/scan`, { method: "POST", headers, body });
      if (answer.status !== 202) throw new Error(`a scan was answered with ${answer.status}`);
      await answer.arrayBuffer();
    },
    close: async (): Promise<void> => {
      await agent.stop();
      await Promise.all([registry.close(0), sink.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
