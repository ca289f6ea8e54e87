import { createMetrics, type Metrics, productVersion } from "@tidewaiter/runtime";

/** What the client counts; served at `/metrics`. */
export interface ClientMetrics {
  readonly metrics: Metrics;
  readonly connectionsOpen: { set(count: number): void };
  readonly reconnects: { inc(): void };
  countRequest(rule: string, status: number): void;
  countDenied(direction: "down" | "up"): void;
}

export function createClientMetrics(): ClientMetrics {
  const metrics = createMetrics("client", productVersion());
  const requests = metrics.counter(
    "tidewaiter_brokered_requests_total",
    "Requests that came down, by rule and status",
    ["rule", "status"],
  );
  const denied = metrics.counter("tidewaiter_denied_requests_total", "Requests that no rule allowed", ["direction"]);
  return {
    metrics,
    connectionsOpen: metrics.gauge("tidewaiter_tunnel_connections_open", "Connections to the server that stand"),
    reconnects: metrics.counter("tidewaiter_tunnel_connections_lost_total", "Connections to the server that were lost"),
    countRequest: (rule, status) => requests.inc({ rule, status: String(status) }),
    countDenied: (direction) => denied.inc({ direction }),
  };
}
