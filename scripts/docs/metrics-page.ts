import { createMetrics, type Metrics, productVersion, silentLogger, systemClock } from "@tidewaiter/runtime";
import { createAgentMetrics } from "../../packages/agent/src/agent-metrics.ts";
import { createClientMetrics } from "../../packages/client/src/client-metrics.ts";
import { createServerMetrics } from "../../packages/server/src/server-metrics.ts";
import { createHubMetrics } from "../../packages/server/src/tunnel/hub-metrics.ts";
import { code, heading, table } from "./markdown.ts";

const INTRODUCTION = `Each process serves \`/metrics\` in Prometheus text on its own port. Beside the figures below there are Node's and the
process's own (\`nodejs_*\`, among them \`nodejs_eventloop_lag_p99_seconds\`, and \`process_*\`). Every series carries \`role\`.
No label holds a token, an image name or an address.`;

/** `docs/reference/metrics.md`: what each process counts. */
export function metricsPage(): string {
  const version = productVersion();
  const agent = createMetrics("agent", version);
  createAgentMetrics(agent);
  const sections = [
    section("Broker client", createClientMetrics().metrics),
    section("Registry agent", agent),
    section("Broker server", serverMetrics(version)),
  ];
  return `${[heading("Metrics", "the metrics that the processes register"), INTRODUCTION, ...sections].join("\n")}\n`;
}

/** Registered only: what the figures are read from is asked by `run`, which nobody calls here. */
function serverMetrics(version: string): Metrics {
  const metrics = createMetrics("server", version);
  const unread = undefined as never;
  const sources = { db: unread, presence: unread, advisories: unread };
  createServerMetrics({ metrics, clock: systemClock, log: silentLogger, ...sources });
  createHubMetrics(metrics);
  return metrics;
}

interface Described {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labelNames?: readonly string[];
}

function section(title: string, { registry }: Metrics): string {
  const own = (registry.getMetricsAsArray() as unknown as readonly Described[]).filter(({ name }) =>
    name.startsWith("tidewaiter_"),
  );
  const lines = own.map(({ name, help, type, labelNames = [] }) => [
    code(name),
    type,
    labelNames.map(code).join(" "),
    help,
  ]);
  return `\n## ${title}\n\n${table(["name", "type", "labels", "meaning"], lines)}`;
}
