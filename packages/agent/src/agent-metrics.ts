import type { Metrics } from "@tidewaiter/runtime";

/** What the agent counts beside the figures of every process. */
export type AgentMetrics = ReturnType<typeof createAgentMetrics>;

const SCAN_BUCKETS = [0.1, 0.5, 2, 10, 30, 120, 600, 3_600];

export function createAgentMetrics(metrics: Metrics) {
  return {
    scans: metrics.counter("tidewaiter_scans_total", "Scans that ended, by state", ["state"]),
    scanSeconds: metrics.histogram("tidewaiter_scan_seconds", "Seconds of a scan, by phase", ["phase"], SCAN_BUCKETS),
    bytesFetched: metrics.counter("tidewaiter_layer_bytes_total", "Bytes of layers fetched from registries"),
    layersCached: metrics.counter("tidewaiter_layers_cached_total", "Layers whose facts were known already"),
    layersRead: metrics.counter("tidewaiter_layers_read_total", "Layers that were fetched and read"),
    joins: metrics.counter("tidewaiter_scans_joined_total", "Scans that took the result of another of the same image"),
    registryErrors: metrics.counter("tidewaiter_registry_errors_total", "Failures of scans and calls, by code", [
      "code",
    ]),
    parcels: metrics.counter("tidewaiter_callbacks_total", "Callbacks that ended, by state", ["state"]),
    callbackRetries: metrics.counter("tidewaiter_callback_retries_total", "Callbacks that have to be tried again"),
    slots: metrics.gauge("tidewaiter_slots", "Slots for scans"),
    slotsBusy: metrics.gauge("tidewaiter_slots_busy", "Slots that work on a scan"),
    queued: metrics.gauge("tidewaiter_queue_jobs", "Jobs in a queue, by state", ["queue", "state"]),
    queueAge: metrics.gauge("tidewaiter_queue_age_seconds", "Age of the longest waiting job", ["queue"]),
  };
}
