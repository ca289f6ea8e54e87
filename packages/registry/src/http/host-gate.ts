import { type Clock, createLimiter, type Limiter, systemClock } from "@tidewaiter/runtime";

/** Concurrency and pauses for each host, shared by all jobs of a process. */
export interface HostGate {
  /** A listing, manifest or HEAD. Waits while the host has asked for a pause. */
  call<T>(host: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** A blob: its slot is held until `release`. */
  blobSlot(host: string, signal?: AbortSignal): Promise<() => void>;
  /** Lets fewer calls run at once against a host, when it has not been called before. */
  restrict(host: string, calls: number): void;
  /** The host asked to be left alone for this long. */
  pause(host: string, ms: number): void;
}

export interface GateOptions {
  readonly callsPerHost: number;
  readonly blobsPerHost: number;
  readonly maxPauseMs: number;
  readonly clock?: Clock;
}

interface HostState {
  readonly calls: Limiter;
  readonly blobs: Limiter;
  pausedUntil: number;
}
const MAX_HOSTS = 1_000;

export function createHostGate({ callsPerHost, blobsPerHost, maxPauseMs, clock = systemClock }: GateOptions): HostGate {
  const hosts = new Map<string, HostState>();
  const stateOf = (host: string, callLimit = callsPerHost): HostState => {
    const known = hosts.get(host);
    if (known) return known;
    for (const [name, { calls, blobs }] of hosts) {
      if (hosts.size < MAX_HOSTS) break;
      if (calls.running + blobs.running === 0) hosts.delete(name);
    }
    const state = { calls: createLimiter(callLimit), blobs: createLimiter(blobsPerHost), pausedUntil: 0 };
    hosts.set(host, state);
    return state;
  };
  const untilOpen = async (state: HostState, signal?: AbortSignal): Promise<void> => {
    for (let wait = state.pausedUntil - clock.now(); wait > 0; wait = state.pausedUntil - clock.now()) {
      await clock.sleep(wait, signal);
    }
  };
  return {
    call(host, work, signal) {
      const state = stateOf(host);
      return state.calls.run(async () => {
        await untilOpen(state, signal);
        return work();
      }, signal);
    },
    async blobSlot(host, signal) {
      const state = stateOf(host);
      const { promise: held, resolve: release } = Promise.withResolvers<void>();
      const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
      const turn = state.blobs.run(() => {
        enter();
        return held;
      }, signal);
      await Promise.race([entered, turn]);
      await untilOpen(state, signal).catch((error: unknown) => {
        release();
        throw error;
      });
      return release;
    },
    restrict: (host, calls) => void stateOf(host, Math.min(calls, callsPerHost)),
    pause(host, ms) {
      const state = stateOf(host);
      state.pausedUntil = Math.max(state.pausedUntil, clock.now() + Math.min(ms, maxPauseMs));
    },
  };
}
