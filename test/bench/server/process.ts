import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const KEY = "owner-key-of-the-bench";
const ENTRY = fileURLToPath(new URL("../../../packages/server/bin/server.js", import.meta.url));
const FLOOR = fileURLToPath(new URL("./floor.ts", import.meta.url));

/** A program under measurement. */
export interface Measured extends AsyncDisposable {
  readonly url: string;
  /** Seconds from spawn to the first good probe. */
  readonly startSeconds: number;
  /** Highest resident memory so far, MB of 10^6 bytes. */
  rssMb(): number;
}

export function startOurs(port: number, env: Readonly<Record<string, string>>): Promise<Measured> {
  const all = {
    PORT: String(port),
    TIDEWAITER_HOST: "127.0.0.1",
    TIDEWAITER_API_KEY: KEY,
    TIDEWAITER_ADVISORY_INTERVAL_MS: "0",
    TIDEWAITER_CALLS_PER_MINUTE: "10000000",
    LOG_LEVEL: "error",
    ...env,
  };
  return start(port, [ENTRY], all, "/readyz");
}

/** The same pages without anything around: node:http on node:sqlite. */
export function startFloor(port: number, databasePath: string): Promise<Measured> {
  return start(port, [FLOOR, databasePath, String(port)], {}, "/api/v1/projects?limit=1");
}

async function start(
  port: number,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  probe: string,
): Promise<Measured> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://127.0.0.1:${port}`;
  await untilUp(`${url}${probe}`, child);
  return {
    url,
    startSeconds: (performance.now() - startedAt) / 1_000,
    rssMb: () => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) * 1.024e-3,
    async [Symbol.asyncDispose]() {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
    },
  };
}

async function untilUp(url: string, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the measured program ended with ${child.exitCode}`);
    const isUp = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isUp) return;
    await delay(10);
  }
}
