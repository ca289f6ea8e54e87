import { formatProblem, toBrokerError } from "./errors.ts";
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

/**
 * Runs a service's `main` and ends the process as the design says: a fault at start prints one line and gives the
 * error's exit code; SIGTERM and SIGINT run the shutdown and give 0; a second signal ends at once.
 */
export async function runService(
  host: NodeJS.Process,
  log: Logger,
  main: (shutdown: Shutdown) => Promise<void>,
): Promise<void> {
  const shutdown = createShutdown(log);
  const onSignal = (name: string): void => {
    if (shutdown.signal.aborted) host.exit(130);
    void shutdown.stop(name).then(() => host.exit(0));
  };
  host.on("SIGTERM", onSignal);
  host.on("SIGINT", onSignal);
  // A parent that started us with an IPC channel wants us to end with it, however it ends.
  if (host.connected) host.once("disconnect", () => onSignal("the parent process is gone"));
  host.on("unhandledRejection", (error) => log.error("unhandled rejection", { error }));
  try {
    await main(shutdown);
  } catch (thrown) {
    const error = toBrokerError(thrown);
    if (error.code === "INTERNAL") log.error("start failed", { error: error.cause ?? error });
    host.stderr.write(`${formatProblem(error.toProblem())}\n`);
    await shutdown.stop("start failed");
    host.exit(error.exitCode);
  }
}
