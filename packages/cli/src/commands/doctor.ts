import { checkRegistry } from "@tidewaiter/registry";
import { outboundFromEnv } from "@tidewaiter/runtime";
import { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { createAsk } from "../doctor/ask.ts";
import { writeBundle } from "../doctor/bundle.ts";
import { examine } from "../doctor/examine.ts";
import { findPlaces, type PlaceOptions } from "../doctor/places.ts";
import { exitCodeOf } from "../doctor/row.ts";
import { formatRows } from "../doctor/table.ts";
import { readConnection } from "../registry/connection-options.ts";

interface DoctorOptions extends PlaceOptions {
  readonly registry?: boolean;
  readonly json?: boolean;
  readonly bundle?: string;
}

/** Looks at every part of the chain that can be seen from this machine and says what is wrong with it. */
export function doctorCommand(context: CommandContext): Command {
  return new Command("doctor")
    .description("check server, client, agent and the way to the registry from this machine")
    .option("--server <url>", "the broker server (BROKER_SERVER_URL, else port 7300 here)")
    .option("--client <url>", "the broker client (BROKER_CLIENT_URL, else port 7341 here)")
    .option("--agent <url>", "the registry agent (CR_AGENT_URL, else port 17500 here)")
    .option("--registry", "also check the registry of the CR_ variables from this machine itself")
    .option("--json", "print one JSON document instead of the table")
    .option("--bundle <file>", "also write report, settings and metrics to a .tar.gz, without secrets")
    .action((options: DoctorOptions) => doctor(options, context));
}

async function doctor(options: DoctorOptions, context: CommandContext): Promise<void> {
  const { env, signal, stdout, stderr } = context;
  const places = findPlaces(options, env);
  const connection = options.registry ? await readConnection({}, context) : undefined;
  const ask = createAsk(env, signal);
  try {
    const outbound = outboundFromEnv(env);
    const examination = await examine(
      places,
      ask,
      connection && (() => checkRegistry(connection, { outbound, signal })),
    );
    stdout.write(options.json ? `${JSON.stringify(examination.rows, undefined, 2)}\n` : formatRows(examination.rows));
    if (options.bundle) {
      await writeBundle(options.bundle, examination, env, ask);
      stderr.write(`wrote ${options.bundle}\n`);
    }
    context.setExitCode(exitCodeOf(examination.rows));
  } finally {
    await ask.close();
  }
}
