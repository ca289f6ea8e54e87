import { createRequire } from "node:module";
import type { Counter, Gauge, Histogram, Registry } from "prom-client";

// Loaded when metrics are kept, which only services do.
const load = createRequire(import.meta.url);

/** The Prometheus registry of one process, with what every process counts. */
export interface Metrics {
  readonly registry: Registry;
  readonly httpSeconds: Histogram<"method" | "route" | "status">;
  counter<L extends string>(name: string, help: string, labels?: readonly L[]): Counter<L>;
  gauge<L extends string>(name: string, help: string, labels?: readonly L[]): Gauge<L>;
  histogram<L extends string>(name: string, help: string, labels: readonly L[], buckets: number[]): Histogram<L>;
}

/** Build info, process and event-loop figures, and request seconds; names start with `tidewaiter_`, Node's own with `nodejs_` and `process_`. */
export function createMetrics(role: string, version: string): Metrics {
  const client: typeof import("prom-client") = load("prom-client");
  const registry = new client.Registry();
  registry.setDefaultLabels({ role });
  client.collectDefaultMetrics({ register: registry });
  new client.Gauge({
    name: "tidewaiter_build_info",
    help: "1, with the version as a label",
    labelNames: ["version", "node"],
    registers: [registry],
  }).set({ version, node: process.version }, 1);
  const httpSeconds = new client.Histogram({
    name: "tidewaiter_http_request_seconds",
    help: "Time to answer a request",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers: [registry],
  });
  return {
    registry,
    httpSeconds,
    counter: (name, help, labelNames = []) => new client.Counter({ name, help, labelNames, registers: [registry] }),
    gauge: (name, help, labelNames = []) => new client.Gauge({ name, help, labelNames, registers: [registry] }),
    histogram: (name, help, labelNames, buckets) =>
      new client.Histogram({ name, help, labelNames, buckets, registers: [registry] }),
  };
}
