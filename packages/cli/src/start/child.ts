import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { BrokerError, type Env, nodeArgsOf } from "@tidewaiter/runtime";

const STOP_WAIT_MS = 8_000;
const POLL_MS = 60;
const KEPT_LINES = 20;

export interface ChildOptions {
  readonly name: string;
  /** Entry point, as a file URL of another package. */
  readonly entry: URL;
  readonly env: Env;
  /** Address whose `/readyz` (or other probe) tells that it is up. */
  readonly probeUrl: string;
  /** Sees each line of its output. */
  readonly onLine?: (line: string) => void;
}

/** One process of the chain. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Rejects when the process ends before it was asked to. Never resolves. */
  readonly unexpectedEnd: Promise<never>;
  /** Resolves with the milliseconds from spawn to the first good probe. */
  ready(signal: AbortSignal, timeoutMs: number): Promise<number>;
  /** SIGTERM, then SIGKILL when it does not end in time. */
  stop(): Promise<void>;
}

/** Starts a process that ends with us: also when we are killed, since it sees its IPC channel close. */
export function startChild(options: ChildOptions): Child {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...nodeArgsOf(options.entry), options.entry.pathname], {
    env: options.env as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const lines = keepLines(child, options.onLine);
  let isStopping = false;
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const unexpectedEnd = new Promise<never>((_resolve, reject) => {
    child.once("error", (error) => reject(endError(options.name, "could not be started", [], error)));
    child.once("close", (code, signal) => {
      if (!isStopping) reject(endError(options.name, `ended (${signal ?? `exit code ${code}`})`, lines));
    });
  });
  unexpectedEnd.catch(() => {});
  return {
    name: options.name,
    pid: child.pid ?? 0,
    unexpectedEnd,
    ready: async (signal, timeoutMs) => {
      await Promise.race([probe(options, signal, timeoutMs), unexpectedEnd]);
      return performance.now() - startedAt;
    },
    stop: async () => {
      isStopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      const killer = setTimeout(() => child.kill("SIGKILL"), STOP_WAIT_MS);
      await ended;
      clearTimeout(killer);
    },
  };
}

async function probe({ name, probeUrl }: ChildOptions, signal: AbortSignal, timeoutMs: number): Promise<void> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  while (!deadline.aborted) {
    const isUp = await fetch(probeUrl, { signal: deadline }).then(
      async (answer) => {
        await answer.body?.cancel();
        return answer.ok;
      },
      () => false,
    );
    if (isUp) return;
    await delay(POLL_MS);
  }
  signal.throwIfAborted();
  throw new BrokerError("TIMEOUT", `the ${name} was not ready after ${timeoutMs / 1000} s`, {
    likely: "the machine is very busy, or the process waits for something that its log names",
    action: "start again with LOG_LEVEL=debug and read the lines of this process",
  });
}

function keepLines(child: ChildProcess, onLine?: (line: string) => void): string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      onLine?.(line);
    });
  }
  return lines;
}

/** A process that names its fault in our one-line form has said all; otherwise its last lines help. */
function endError(name: string, what: string, lines: readonly string[], cause?: unknown): BrokerError {
  const own = lines.map((line) => /^([A-Z][A-Z_]+) {2}(.+?)\. Likely: (.+)\. Do: (.+)\.$/.exec(line)).find(Boolean);
  if (own) {
    const [, code, message, likely, action] = own;
    return new BrokerError(
      code === "PORT_IN_USE" ? "PORT_IN_USE" : "UNAVAILABLE",
      `the ${name} ${what}: ${code} ${message}`,
      {
        likely,
        action,
      },
    );
  }
  const last = lines.findLast((line) => /\w*Error\b.*: /.test(line)) ?? lines.at(-1);
  return new BrokerError("UNAVAILABLE", `the ${name} ${what}${last ? `; its last line: ${last.slice(0, 500)}` : ""}`, {
    cause,
    likely: "it was killed from outside, or ran out of memory",
    action: "start again; with LOG_LEVEL=debug its log says more",
  });
}
