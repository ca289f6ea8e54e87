import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ENTRY = fileURLToPath(new URL("../../../packages/agent/bin/agent.js", import.meta.url));

const MAX_OUTPUT = 16 * 1024 * 1024;

export interface LogLine {
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** An agent as users run it: a process with its own data folder. */
export interface AgentProcess {
  readonly url: string;
  readonly pid: number;
  readonly lines: readonly LogLine[];
  /** All that it has written, on both streams. */
  output(): string;
  onLine: (line: LogLine) => void;
  /** Ends it without a chance to do anything more. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

export interface AgentProcessOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly nodeArguments?: readonly string[];
  /** Program and arguments that run the agent, such as `taskset`. */
  readonly wrapper?: readonly string[];
}

export async function startAgentProcess({
  env,
  nodeArguments = [],
  wrapper = [],
}: AgentProcessOptions): Promise<AgentProcess> {
  const [program = process.execPath, ...args] = [...wrapper, process.execPath, ...nodeArguments, ENTRY];
  const base = { PATH: process.env.PATH, SNYK_PORT: "0", TIDEWAITER_HOST: "127.0.0.1", LOG_LEVEL: "debug" };
  const child = spawn(program, args, { env: { ...base, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const lines: LogLine[] = [];
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-MAX_OUTPUT);
    });
  }
  const ready = Promise.withResolvers<string>();
  child.once("exit", () => ready.reject(new Error(`the agent ended at start: ${output.slice(-2_000)}`)));
  const agent = wrap(child, lines);
  createInterface({ input: child.stdout }).on("line", (text) => {
    const line = parseLine(text);
    if (!line) return;
    lines.push(line);
    if (lines.length > 5_000) lines.shift();
    if (line.msg === "agent listens") ready.resolve(String(line.url));
    agent.onLine(line);
  });
  const url = await ready.promise;
  return Object.assign(agent, { url, output: () => output });
}

function wrap(child: ChildProcess, lines: LogLine[]): AgentProcess {
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
    return child.exitCode;
  };
  return {
    url: "",
    output: () => "",
    pid: child.pid ?? 0,
    lines,
    onLine: () => {},
    kill: async () => void (await end("SIGKILL")),
    stop: () => end("SIGTERM"),
  };
}

function parseLine(text: string): LogLine | undefined {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return undefined;
  }
}
