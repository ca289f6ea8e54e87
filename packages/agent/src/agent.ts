import { hostname } from "node:os";
import type { ApiUrls } from "@tidewaiter/registry";
import {
  type Listener,
  type Logger,
  listen,
  type Metrics,
  type OutboundOptions,
  type Redactor,
} from "@tidewaiter/runtime";
import type { Express } from "express";
import { type AppParts, createApp } from "./agent-app.ts";
import { createAgentMetrics } from "./agent-metrics.ts";
import { type CallbackPoster, createCallbackPoster } from "./callbacks/post-callback.ts";
import { openDesk } from "./desk.ts";
import { startLoops } from "./loops.ts";
import { createFitnessWatch } from "./readiness.ts";
import { createAnalyser } from "./scans/analysis.ts";
import { createProgressReporter } from "./scans/progress.ts";
import { openScanThreads } from "./scans/threads/open-scan-threads.ts";
import type { ScanThreads } from "./scans/threads/scan-threads.ts";
import type { AgentSettings } from "./settings.ts";
import { createTargets } from "./targets.ts";

/** What does not go out in this time goes out after the next start. */
const MAX_DELIVERY_DRAIN_MS = 5_000;

export interface AgentOptions {
  readonly settings: AgentSettings;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly outbound: OutboundOptions;
  /** Addresses of vendors' own APIs for connections that name none. */
  readonly apiUrls?: ApiUrls;
  /** Told of registry credentials, so that no library can print them either. */
  readonly redactor?: Redactor;
}

export interface RunningAgent {
  readonly listener: Listener;
  /** Takes no more work, lets running scans end within the drain time, and puts the rest back into the queue. */
  stop(): Promise<void>;
}

/** Opens the data folder, starts the workers and listens. @throws {BrokerError} CONFIG_INVALID, PORT_IN_USE, UNAVAILABLE. */
export async function startAgent(options: AgentOptions): Promise<RunningAgent> {
  const { settings, log } = options;
  const watching = new AbortController();
  const parts = await openParts(options, watching.signal);
  const listener = await openListener(createApp(options.metrics, parts), settings).catch(async (error: unknown) => {
    await closeParts(parts);
    throw error;
  });
  const { scanners, deliverers } = startLoops(parts);
  log.info("agent listens", { url: listener.url, slots: settings.slots, store: parts.desk.store.sql.engine });
  return {
    listener,
    async stop() {
      const drainMs = settings.TIDEWAITER_DRAIN_MS;
      await Promise.all([listener.close(drainMs), scanners.stop(drainMs)]);
      await deliverers.stop(Math.min(drainMs, MAX_DELIVERY_DRAIN_MS));
      watching.abort(new DOMException("the process is stopping", "AbortError"));
      await closeParts(parts);
    },
  };
}

type Parts = AppParts & { readonly threads: ScanThreads };

async function openParts(options: AgentOptions, signal: AbortSignal): Promise<Parts> {
  const { settings, log } = options;
  const metrics = createAgentMetrics(options.metrics);
  const desk = await openDesk(settings, log, metrics);
  const poster = createPoster(options);
  const worker = `${hostname()}-${process.pid}`;
  const progress = createProgressReporter({ poster, worker, log, signal });
  const askStore = () => desk.store.sql.get("SELECT 1");
  const fitness = createFitnessWatch({ dataFolder: settings.TIDEWAITER_DATA_DIR, askStore });
  const threads = openScanThreads(settings, log);
  const analyse = createAnalyser({ threads, limits: settings.limits });
  const common = { settings, log, signal, metrics, worker };
  return { ...common, ...createTargets(options), desk, poster, progress, fitness, threads, analyse };
}

async function closeParts({ registries, pushReader, poster, threads, desk }: Parts): Promise<void> {
  await registries.close();
  await pushReader.close();
  await threads.close();
  poster.close();
  await desk.store.close();
}

function createPoster({ settings, outbound }: AgentOptions): CallbackPoster {
  const { TIDEWAITER_CALLBACK_TIMEOUT_MS: timeoutMs, TIDEWAITER_CALLBACK_SLOTS: slots } = settings;
  return createCallbackPoster({ timeoutMs, sockets: slots * 2, ca: outbound.ca });
}

function openListener(
  app: Express,
  { port, TIDEWAITER_HOST: host, HTTPS_CERT, HTTPS_KEY }: AgentSettings,
): Promise<Listener> {
  const tls = HTTPS_CERT && HTTPS_KEY ? { certPath: HTTPS_CERT, keyPath: HTTPS_KEY } : undefined;
  return listen(app, { port, host, tls, portVariable: "SNYK_PORT" });
}
