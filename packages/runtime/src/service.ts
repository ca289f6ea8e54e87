import { formatProblem, toBrokerError } from "./errors.ts";
import { type AppLogger, createLogger, type LogLevel } from "./logger.ts";
import { guardOutput } from "./output-guard.ts";
import { createRedactor, type Redactor } from "./redaction.ts";
import { type Env, secretsOf } from "./settings.ts";
import { createShutdown, type Shutdown } from "./shutdown.ts";

/** What a service finds when it starts. */
export interface ServiceContext<S> {
  readonly settings: S;
  readonly env: Env;
  readonly log: AppLogger;
  /** Knows the secrets of the settings; those that are learnt later are added. */
  readonly redactor: Redactor;
  readonly shutdown: Shutdown;
}

export interface Service<S> {
  readonly role: string;
  /** @throws {BrokerError} CONFIG_INVALID. */
  readonly load: (env: Env) => S;
  readonly main: (context: ServiceContext<S>) => Promise<void>;
}

/**
 * Runs a long-lived process as the design says. Logs are text on a terminal and JSON elsewhere, without secrets, as is
 * what libraries write to standard error. A fault at start prints one line and gives the error's exit code; SIGTERM and
 * SIGINT run the shutdown and give 0, a second one ends at once; SIGUSR2 switches debug lines on and off.
 */
export async function runService<S extends { readonly LOG_LEVEL?: string }>(
  host: NodeJS.Process,
  service: Service<S>,
): Promise<void> {
  const redactor = createRedactor();
  guardOutput(host.stderr, redactor);
  const log = createLogger({ role: service.role, redactor, isTerminal: host.stdout.isTTY === true });
  const shutdown = createShutdown(log);
  listenToSignals(host, log, shutdown);
  try {
    const settings = service.load(host.env);
    redactor.add(...secretsOf(settings));
    const level = (settings.LOG_LEVEL ?? "info") as LogLevel;
    log.setLevel(level);
    switchDebugOnSignal(host, log, level);
    await service.main({ settings, env: host.env, log, redactor, shutdown });
  } catch (thrown) {
    const error = toBrokerError(thrown);
    if (error.code === "INTERNAL") log.error("start failed", { error: error.cause ?? error });
    host.stderr.write(`${formatProblem(error.toProblem())}\n`);
    await shutdown.stop("start failed");
    host.exit(error.exitCode);
  }
}

function listenToSignals(host: NodeJS.Process, log: AppLogger, shutdown: Shutdown): void {
  const onSignal = (name: string): void => {
    if (shutdown.signal.aborted) host.exit(130);
    void shutdown.stop(name).then(() => host.exit(0));
  };
  host.on("SIGTERM", onSignal);
  host.on("SIGINT", onSignal);
  // A parent that started us with an IPC channel wants us to end with it, however it ends.
  if (host.connected) host.once("disconnect", () => onSignal("the parent process is gone"));
  host.on("unhandledRejection", (error) => log.error("unhandled rejection", { error }));
}

function switchDebugOnSignal(host: NodeJS.Process, log: AppLogger, level: LogLevel): void {
  let isDebug = level === "debug" || level === "trace";
  host.on("SIGUSR2", () => {
    isDebug = !isDebug;
    log.setLevel(isDebug ? "debug" : level);
    log.info("log level changed", { level: isDebug ? "debug" : level });
  });
}
