import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const MAX_LOG_CHARACTERS = 200_000;

/** A program under test, with what it said. */
export interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  log(): string;
  /** Ends it and waits; gives the exit code, or null when a signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface RunOptions {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly port: number;
  readonly cwd?: string;
  readonly nodeArgs?: readonly string[];
}

const started = new Set<ChildProcess>();

/** Whatever ends this process ends what it started. */
function endWithUs(): void {
  process.once("exit", () => {
    for (const child of started) child.kill("SIGKILL");
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => process.exit(1));
}

/** Starts a Node program that listens on a port of loopback. It is not awaited: see `waitFor`. */
export function runNode({ args, env, port, cwd, nodeArgs = [] }: RunOptions): Running {
  const base = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "/tmp", NODE_ENV: "production" };
  const child = spawn(process.execPath, [...nodeArgs, ...args], {
    cwd,
    env: { ...base, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (started.size === 0) endWithUs();
  started.add(child);
  let text = "";
  const keep = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-MAX_LOG_CHARACTERS);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  return {
    child,
    url: `http://127.0.0.1:${port}`,
    log: () => text,
    async stop(signal = "SIGTERM") {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, "exit");
        child.kill(signal);
        const timer = setTimeout(() => child.kill("SIGKILL"), 15_000);
        await ended;
        clearTimeout(timer);
      }
      return child.exitCode;
    },
  };
}

/** A port of loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new TypeError("no port");
  return address.port;
}

/** Asks until the answer is good; fails with what was seen last. */
export async function waitFor(what: string, isGood: () => Promise<boolean>, timeoutMs = 30_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (Date.now() < end) {
    if (await isGood().catch(() => false)) return;
    await delay(25);
  }
  throw new TypeError(`not in time: ${what}`);
}

export async function isOk(url: string): Promise<boolean> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  await answer.body?.cancel();
  return answer.ok;
}
