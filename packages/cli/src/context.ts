import type { Env } from "@tidewaiter/runtime";
import type { Command } from "commander";

/** What a command sees of the process it runs in. */
export interface CommandContext {
  readonly env: Env;
  /** Results go here, and nothing else. */
  readonly stdout: NodeJS.WriteStream;
  /** Progress and remarks. */
  readonly stderr: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  /** Fires on Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  /** The code that the process ends with when the command itself succeeds. */
  setExitCode(code: number): void;
}

export type CommandFactory = (context: CommandContext) => Command;
