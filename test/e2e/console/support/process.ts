import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A started process of ours, and what it said so far. */
export interface StartedProcess {
  readonly lines: readonly string[];
  /** Waits for the first line that `pattern` fits, also among those that were there already. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  stop(): Promise<void>;
}

const STOP_MS = 8_000;

/** Starts one of our entry points with nothing of the environment but the path and `env`. */
export function startProcess(entry: string, env: Readonly<Record<string, string>>): StartedProcess {
  const child = spawn(process.execPath, [entry], {
    env: { PATH: process.env.PATH ?? "", NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const tell = (): void => {
    for (const look of [...waiting]) look();
  };
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      tell();
    });
  }
  child.once("exit", tell);
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return {
    lines,
    waitFor: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.map((line) => pattern.exec(line)).find((match) => match !== null);
          if (found) resolve(found);
          else if (hasEnded()) reject(new Error(`${entry} ended without ${pattern}:\n${lines.slice(-15).join("\n")}`));
          else return;
          waiting.delete(look);
        };
        waiting.add(look);
        look();
      }),
    async stop() {
      if (hasEnded()) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}
