import type { CheckReport, CheckResult, RegistryConnection } from "@tidewaiter/contract";
import { parseReference } from "@tidewaiter/oci";
import { checkRegistry } from "@tidewaiter/registry";
import { BrokerError, errorKind, isErrorCode, outboundFromEnv, printable } from "@tidewaiter/runtime";
import { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { type ConnectionOptions, readConnection, withConnectionOptions } from "../registry/connection-options.ts";

interface CheckCommandOptions extends ConnectionOptions {
  readonly json?: boolean;
  readonly image?: string;
}

const MARKS = { pass: "ok", warn: "warning", fail: "FAILED", skipped: "skipped" } as const;

/** Walks from here to an image and says at which step the way ends, why, and what to do. */
export function checkCommand(context: CommandContext): Command {
  return withConnectionOptions(new Command("check"))
    .description("check the way to a registry: DNS, TCP, TLS, sign-in, listing, pulling")
    .option("--image <repository:tag>", "image to pull in the last step (default: the first that is listed)")
    .option("--json", "print the report as one JSON document")
    .action((options: CheckCommandOptions) => check(options, context));
}

async function check(options: CheckCommandOptions, context: CommandContext): Promise<void> {
  const connection = await readConnection(options, context);
  const image = options.image === undefined ? undefined : readImage(options.image, connection);
  const report = await checkRegistry(connection, {
    outbound: outboundFromEnv(context.env),
    signal: context.signal,
    image,
  });
  context.stdout.write(options.json ? `${JSON.stringify(report, undefined, 2)}\n` : formatReport(report));
  context.setExitCode(exitCodeOf(report));
}

function readImage(text: string, { base }: RegistryConnection): { repository: string; reference: string } {
  const { registry, repository, tag, digest } = parseReference(text);
  const host = base?.replace(/^https?:\/\//, "").split("/")[0];
  if (registry && registry !== host?.toLowerCase()) {
    throw new BrokerError(
      "REGISTRY_HOST_MISMATCH",
      `--image names ${registry}, the connection is to ${host ?? "another host"}`,
    );
  }
  return { repository, reference: digest ?? tag ?? "latest" };
}

function formatReport({ registry, type, steps, warnings, ok }: CheckReport): string {
  const lines = [
    `${registry} (${type})`,
    ...steps.flatMap(formatStep),
    ...warnings.map((warning) => `warning: ${warning}`),
  ];
  return `${printable([...lines, ok ? "The way is open." : "The way is not open."].join("\n"))}\n`;
}

function formatStep({ step, verdict, durationMs, fact, code, message, likely, action }: CheckResult): string[] {
  const head = `  ${step.padEnd(5)}${MARKS[verdict].padEnd(9)}${`${durationMs} ms`.padStart(9)}  `;
  const what = [code, message ?? fact].filter(Boolean).join("  ");
  const advice = [likely && `likely: ${likely}`, action && `do: ${action}`].filter((line) => line !== undefined);
  return [`${head}${what}`, ...advice.map((line) => `${" ".repeat(27)}${line}`)];
}

/** The failing step's code decides, as it does for every command. */
function exitCodeOf({ ok, steps }: CheckReport): number {
  const code = steps.find(({ verdict }) => verdict === "fail")?.code;
  if (ok) return 0;
  return (code !== undefined && isErrorCode(code) ? errorKind(code).exit : undefined) ?? 1;
}
