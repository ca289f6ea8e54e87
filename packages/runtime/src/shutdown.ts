import type { Logger } from "./logger.ts";

type Step = () => Promise<void> | void;

/** What is to be done when the process is asked to end: the last thing added is stopped first. */
export interface Shutdown {
  add(name: string, step: Step): void;
  /** Fires when the stop begins. */
  readonly signal: AbortSignal;
  /** Runs the steps once, however often it is called. */
  stop(reason: string): Promise<void>;
}

export function createShutdown(log: Logger): Shutdown {
  const steps: { name: string; step: Step }[] = [];
  const controller = new AbortController();
  let stopping: Promise<void> | undefined;
  const run = async (reason: string): Promise<void> => {
    log.info("stopping", { reason });
    controller.abort(new DOMException("the process is stopping", "AbortError"));
    for (const { name, step } of steps.reverse()) {
      try {
        await step();
      } catch (error) {
        log.error("stop step failed", { name, error });
      }
    }
    log.info("stopped");
  };
  return {
    add: (name, step) => void steps.push({ name, step }),
    signal: controller.signal,
    stop: (reason) => {
      stopping ??= run(reason);
      return stopping;
    },
  };
}
