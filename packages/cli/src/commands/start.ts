import { once } from "node:events";
import { parseReference } from "@tidewaiter/oci";
import { productVersion } from "@tidewaiter/runtime";
import { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { type Chain, dataFolder, hasOwnRegistry, parsePorts, resetData, startChain } from "../start/chain.ts";
import { buildConsole } from "../start/console-build.ts";
import { createProgress } from "../start/progress.ts";
import { failUnlessComplete, type ImageResult, readResults } from "../start/results.ts";
import { checkChain, chooseImages, clearLeftovers, followImport } from "../start/run-import.ts";
import type { CheckHop } from "../start/server-api.ts";
import { formatTable } from "../start/table.ts";

interface StartOptions {
  readonly exit?: boolean;
  readonly json?: boolean;
  readonly reset?: boolean;
  readonly image?: readonly string[];
  readonly ports?: string;
}

/** Server, client, agent and (without a registry of one's own) sample registry on loopback, and a first import through the tunnel. */
export function startCommand(context: CommandContext): Command {
  return new Command("start")
    .description("run the whole chain on this machine and scan images through it")
    .option("--exit", "end after the table; the exit code tells how it went")
    .option("--json", "print one JSON document instead of the table, and end")
    .option("--reset", "forget the data of earlier runs first")
    .option(
      "--image <repository:tag>",
      "image to scan, repeatable",
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .option("--ports <list>", "ports of registry, server, client, agent (default 5055,7300,7341,17500)")
    .action(async (options: StartOptions) => {
      await start(context, options);
    });
}

async function start(context: CommandContext, options: StartOptions): Promise<void> {
  const { env, signal, stderr, stdout } = context;
  const ports = parsePorts(options.ports);
  for (const image of options.image ?? []) parseReference(image);
  // Results go to standard output; in the JSON form all the rest goes to standard error.
  const say = (text: string): void => void (options.json ? stderr : stdout).write(`${text}\n`);
  if (options.reset) await resetData(env);
  sayBanner(say, context);
  await buildConsole(signal);
  const chain = await startChain({ env, ports, signal, onReady: (name, url, ms) => say(readyLine(name, url, ms)) });
  try {
    const results = await Promise.race([scan(chain, context, options, say), chain.unexpectedEnd]);
    stdout.write(
      options.json
        ? `${JSON.stringify(document(results), undefined, 2)}\n`
        : `\n${formatTable(results, hasColour(context))}\n`,
    );
    if (options.exit || options.json) failUnlessComplete(results);
    else await stayUp(chain, results, signal, say);
  } finally {
    await chain.stop();
  }
}

async function scan(
  chain: Chain,
  { signal, stderr }: CommandContext,
  { image = [] }: StartOptions,
  say: (text: string) => void,
): Promise<ImageResult[]> {
  const { api, connectionId } = chain;
  say(`\nsystemcheck  ${(await checkChain(api, connectionId)).map(formatHop).join("  ")}\n`);
  const images = image.length > 0 ? [...image] : await chooseImages(api, connectionId);
  const progress = createProgress(stderr, images.length);
  try {
    await clearLeftovers(api, connectionId, signal);
    const started = await api.startImport(connectionId, images);
    const rows = await followImport(api, started, signal, (state, ended) => progress.update(state, ended));
    return await readResults(api, rows);
  } finally {
    progress.end();
  }
}

async function stayUp(
  chain: Chain,
  results: readonly ImageResult[],
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<void> {
  for (const { reference, error } of results) if (error) say(`${reference}  ${error.code}  ${error.message}`);
  say(`\nConsole  ${chain.consoleLink()}`);
  say("Stop     Ctrl-C        Reset  npm start -- --reset        Next  docs/first-registry.md");
  if (!signal.aborted) await Promise.race([once(signal, "abort"), chain.unexpectedEnd]);
  say("\nstopping");
}

function sayBanner(say: (text: string) => void, { env }: CommandContext): void {
  const config = env.CR_TYPE || env.CR_BASE ? "from the environment" : "built-in defaults";
  say(
    `tidewaiter ${productVersion()}   config: ${config}   data: ${dataFolder(env)}   log: ${env.LOG_LEVEL ?? "info"}\n`,
  );
  if (hasOwnRegistry(env)) say(`  registry  ${env.CR_BASE ?? env.CR_TYPE}`);
}

function readyLine(name: string, url: string, ms: number): string {
  const remark = name === "registry" ? "sample data" : `ready in ${(ms / 1000).toFixed(1)} s`;
  return `  ${name.padEnd(8)}  ${url.padEnd(22)}  ${remark}`;
}

const MARKS = { pass: "✔", warn: "!", fail: "✖", skipped: "–" } as const;

function formatHop({ hop, verdict }: CheckHop): string {
  return `${hop} ${MARKS[verdict]}`;
}

function document(results: readonly ImageResult[]): unknown {
  return { version: productVersion(), images: results };
}

function hasColour({ env, stdout }: CommandContext): boolean {
  return Boolean(stdout.isTTY) && !env.NO_COLOR && !env.CI;
}
