import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "./free-ports.ts";

const CLI = new URL("../../packages/cli/bin/tidewaiter.js", import.meta.url).pathname;

/** A `tidewaiter start` that runs in a data folder and on ports of its own. */
export interface StartRun {
  readonly child: ChildProcess;
  readonly ports: {
    readonly registry: number;
    readonly server: number;
    readonly client: number;
    readonly agent: number;
  };
  readonly dataFolder: string;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
  /** Resolves when the text has stood in either stream. */
  saw(text: RegExp): Promise<string>;
  /** Processes of the chain by name, as the system has them now. */
  processes(): Promise<Record<string, number>>;
}

export async function runStart(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<StartRun> {
  const [registry = 0, server = 0, client = 0, agent = 0] = await freePorts(4);
  const dataFolder = env.TIDEWAITER_DATA_DIR ?? mkdtempSync(join(tmpdir(), "tidewaiter-start-"));
  const child = spawn(
    process.execPath,
    [CLI, "start", "--ports", [registry, server, client, agent].join(","), ...args],
    {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env, TIDEWAITER_DATA_DIR: dataFolder },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const text = { stdout: "", stderr: "" };
  const watchers = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.on("data", (chunk: Buffer) => {
      text[name] += chunk;
      for (const watch of watchers) watch();
    });
  }
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.once("close", (code) => resolve({ code, ...text }));
  });
  const saw = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const watch = (): void => {
        const match = pattern.exec(text.stdout) ?? pattern.exec(text.stderr);
        if (match) resolve(match[0]);
      };
      watchers.add(watch);
      watch();
      void ended.then(() => reject(new Error(`ended without ${pattern}: ${text.stdout}\n${text.stderr}`)));
    });
  return {
    child,
    ports: { registry, server, client, agent },
    dataFolder,
    ended,
    saw,
    processes: () => childrenOf(child.pid ?? 0),
  };
}

/** Children of a process by the name of their entry point (`bin/<name>.js`). */
export async function childrenOf(parent: number): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const status = await readFile(`/proc/${entry}/status`, "utf8").catch(() => "");
    if (Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]) !== parent) continue;
    const command = await readFile(`/proc/${entry}/cmdline`, "utf8").catch(() => "");
    const name = /bin\/([\w-]+)\.js/.exec(command)?.[1];
    if (name) found[name] = Number(entry);
  }
  return found;
}

/** True while a process is there and is no zombie. */
export async function isAlive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return status !== "" && !/^State:\s*Z/m.test(status);
}
