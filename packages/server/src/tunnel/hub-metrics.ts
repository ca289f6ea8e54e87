import type { Metrics } from "@tidewaiter/runtime";

/** What the tunnels of a server count. No label holds a token. */
export interface HubMetrics {
  setClients(count: number): void;
  /** A request that went down: `answered`, or the code of the error that it ended with. */
  countForward(outcome: string): void;
  countCallback(status: number): void;
  countRefusedHandshake(): void;
}

export function createHubMetrics(metrics: Metrics): HubMetrics {
  const clients = metrics.gauge("tidewaiter_tunnel_clients", "Broker clients that are connected");
  const forwards = metrics.counter("tidewaiter_tunnel_requests_total", "Requests that went down, by outcome", [
    "outcome",
  ]);
  const callbacks = metrics.counter("tidewaiter_tunnel_callbacks_total", "Callbacks that came up, by status", [
    "status",
  ]);
  const refused = metrics.counter("tidewaiter_tunnel_handshakes_refused_total", "Handshakes without a known token");
  return {
    setClients: (count) => clients.set(count),
    countForward: (outcome) => forwards.inc({ outcome }),
    countCallback: (status) => callbacks.inc({ status: String(status) }),
    countRefusedHandshake: () => refused.inc(),
  };
}
