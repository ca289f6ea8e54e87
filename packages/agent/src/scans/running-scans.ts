/** The scans that this process works on, so that somebody can stop one. */
export interface RunningScans {
  start(jobId: string, outer: AbortSignal, timeoutMs: number): Run;
  /** False when this process does not work on it. */
  stop(jobId: string): boolean;
  readonly jobIds: readonly string[];
}

export interface Run extends Disposable {
  /** Fires when the scan is stopped, its time is over, or the process lets go of it. */
  readonly signal: AbortSignal;
  isStopped(): boolean;
  isTimedOut(): boolean;
}

export function createRunningScans(): RunningScans {
  const controllers = new Map<string, AbortController>();
  return {
    start(jobId, outer, timeoutMs) {
      const [stop, limit] = [new AbortController(), new AbortController()];
      // Not AbortSignal.timeout: that one would live on for the whole limit after a scan that took a second.
      const timer = setTimeout(() => limit.abort(new DOMException("the time is over", "TimeoutError")), timeoutMs);
      controllers.set(jobId, stop);
      return {
        signal: AbortSignal.any([outer, stop.signal, limit.signal]),
        isStopped: () => stop.signal.aborted,
        isTimedOut: () => limit.signal.aborted,
        [Symbol.dispose]: () => {
          clearTimeout(timer);
          controllers.delete(jobId);
        },
      };
    },
    stop(jobId) {
      const controller = controllers.get(jobId);
      controller?.abort(new DOMException("the scan was stopped", "AbortError"));
      return controller !== undefined;
    },
    get jobIds() {
      return [...controllers.keys()];
    },
  };
}
