import type { TunnelCall } from "../tunnel/hub.ts";
import { maskUrl } from "./mask-url.ts";
import { createRing } from "./ring.ts";

/** A call as it is remembered: its address masked, of bodies and headers nothing. */
export type KeptCall = Omit<TunnelCall, "url"> & {
  /** In the order in which they ended. */
  readonly number: number;
  readonly path: string;
};

export interface CallCounts {
  readonly calls: number;
  readonly denied: number;
  readonly failed: number;
}

/** The calls that went through the tunnels of this server. */
export interface TrafficLog {
  /** Made for the hot path: no more than one small object. */
  record(call: TunnelCall): void;
  /** Newest first. */
  calls(): readonly KeptCall[];
  /** Those that a rule refused; they are kept apart, so that busy tunnels do not push them out. */
  denied(): readonly KeptCall[];
  /** Since the start, for each connection. */
  counts(): ReadonlyMap<string, CallCounts>;
}

/** Connections that are removed leave their counts behind. */
const MAX_COUNTED = 10_000;

/** Remembers the last `size` calls, and as many that were denied. */
export function createTrafficLog(size: number): TrafficLog {
  const calls = createRing<KeptCall>(size);
  const denied = createRing<KeptCall>(size);
  const counts = new Map<string, { calls: number; denied: number; failed: number }>();
  let last = 0;
  const count = ({ connectionId, isDenied, code }: TunnelCall): void => {
    let sum = counts.get(connectionId);
    if (!sum) {
      if (counts.size >= MAX_COUNTED) return;
      sum = { calls: 0, denied: 0, failed: 0 };
      counts.set(connectionId, sum);
    }
    sum.calls += 1;
    if (isDenied) sum.denied += 1;
    else if (code !== undefined) sum.failed += 1;
  };
  return {
    record(call) {
      count(call);
      if (size === 0) return;
      last += 1;
      const { url, ...rest } = call;
      const kept = { ...rest, number: last, path: maskUrl(url) };
      calls.push(kept);
      if (call.isDenied) denied.push(kept);
    },
    calls: calls.newest,
    denied: denied.newest,
    counts: () => counts,
  };
}
