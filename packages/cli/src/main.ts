import { createRedactor, formatProblem, guardOutput, productVersion, toBrokerError } from "@tidewaiter/runtime";
import { Command, CommanderError } from "commander";
import { COMMANDS } from "./commands/index.ts";
import type { CommandContext } from "./context.ts";

const USAGE_EXIT = 2;
const stopped = new AbortController();

for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    if (stopped.signal.aborted) process.exit(130);
    stopped.abort(new DOMException("interrupted", "AbortError"));
  });
}
for (const stream of [process.stdout, process.stderr]) {
  // A reader that closed the pipe (`| head`) has seen enough.
  stream.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
}
const redactor = createRedactor();
for (const name of Object.keys(process.env))
  if (/PASSWORD|TOKEN|SECRET|CREDENTIALS/.test(name)) redactor.add(process.env[name]);
guardOutput(process.stderr, redactor);

process.exitCode = await run(process.argv.slice(2));

async function run(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  const context: CommandContext = {
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    signal: stopped.signal,
    setExitCode: (code) => {
      exitCode = code;
    },
  };
  try {
    const program = await buildProgram(args, context);
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : USAGE_EXIT;
    const error = toBrokerError(thrown);
    process.stderr.write(`${formatProblem(error.toProblem())}\n`);
    if (error.code === "INTERNAL" && process.env.DEBUG) process.stderr.write(`${String(error.cause)}\n`);
    return error.exitCode;
  }
}

/** Only the command that is asked for is loaded; help needs all of them. */
async function buildProgram(args: readonly string[], context: CommandContext): Promise<Command> {
  const program = new Command("tidewaiter")
    .description("Scans container images in registries that the internet cannot reach.")
    .version(productVersion())
    .exitOverride();
  const asked = args.find((word) => !word.startsWith("-")) ?? "";
  const names = Object.hasOwn(COMMANDS, asked) ? [asked] : Object.keys(COMMANDS);
  for (const name of names) {
    const create = await COMMANDS[name]?.();
    if (create) program.addCommand(overrideExit(create(context)));
  }
  return program;
}

function overrideExit(command: Command): Command {
  command.exitOverride().showHelpAfterError("(add --help for the options)");
  for (const child of command.commands) overrideExit(child);
  return command;
}
