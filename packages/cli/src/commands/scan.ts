import { text } from "node:stream/consumers";
import { BrokerError, loadSettings, printableLine, productVersion } from "@tidewaiter/runtime";
import { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { addFindingOptions, type FindingOptions, findingMode } from "../db/findings/options.ts";
import { openTarget } from "../scan/open-target.ts";
import { readOptionFile } from "../scan/option-file.ts";
import { FORMATS, formatResult, readFormat, writeResult } from "../scan/output.ts";
import { createScanProgress } from "../scan/progress.ts";
import { parseTarget, readPlatform } from "../scan/target.ts";

interface ScanOptions extends FindingOptions {
  readonly platform?: string;
  readonly format: string;
  readonly output?: string;
  /** Path of a Dockerfile. */
  readonly file?: string;
  readonly plainHttp?: boolean;
  readonly username?: string;
  readonly passwordStdin?: boolean;
  readonly ca?: string;
  readonly cache?: string;
}

/** Takes the inventory of one image, straight from a registry, an archive or the local engine, and shows its findings. */
export function scanCommand(context: CommandContext): Command {
  const command = new Command("scan")
    .description("show what advisories know about one image, or its packages where there is no advisory data")
    .argument("<image>", "reference, oci-archive:file, docker-archive:file, oci:folder or docker-daemon:name")
    .option("--platform <os/arch>", "which image of an index (default linux/amd64)")
    .option("--format <name>", `one of ${FORMATS.join(", ")}`, "table")
    .option("--output <file>", "write the result to a file")
    .option("--file <Dockerfile>", "what the image was built from, for --format snyk")
    .option("--plain-http", "the registry speaks HTTP without TLS")
    .option("--username <name>", "name for the registry")
    .option("--password-stdin", "read the password from standard input")
    .option("--ca <file>", "certificate of the authority that the registry's was issued by (PEM)")
    .option("--cache <file>", "keep what was learnt of each layer in this file, so that it is not fetched again")
    .action((image: string, options: ScanOptions) => scan(image, options, context));
  return addFindingOptions(command);
}

async function scan(image: string, options: ScanOptions, context: CommandContext): Promise<void> {
  const { env, signal, stdout, stderr } = context;
  const [target, platform, format] = [parseTarget(image), readPlatform(options.platform), readFormat(options.format)];
  const mode = findingMode(options);
  const findings = mode === "left_out" ? undefined : await import("../db/findings/scan-findings.ts");
  findings?.checkFindingOptions(options);
  const dockerfile = options.file === undefined ? undefined : await readOptionFile("--file", options.file);
  const password = options.passwordStdin ? await readPassword(context.stdin) : undefined;
  const { analyseImage, createScanPool, openLayerCache, scanLimits, scanSettings } = await import("@tidewaiter/image");
  const limits = scanLimits(loadSettings(scanSettings, env));
  await using resources = new AsyncDisposableStack();
  const pool = createScanPool(limits);
  resources.defer(async () => pool?.close());
  const { plainHttp, username, ca } = options;
  const isPlatformAsked = options.platform !== undefined;
  const access = { platform, isPlatformAsked, plainHttp, username, password, ca, env, signal };
  const { source, close } = await openTarget(target, access);
  resources.defer(close);
  const cache = options.cache ? openLayerCache(options.cache) : undefined;
  resources.defer(() => cache?.close());
  const progress = await createScanProgress(stderr);
  resources.defer(() => progress.end());
  const onProgress = progress.update;
  const inventory = await analyseImage(source, { signal, limits, cache, pool, onProgress, connection: image });
  progress.end();
  const { name, tag } = target;
  const document = { name, tag, dockerfile, toolVersion: productVersion(), createdAt: new Date() };
  const judge = mode === "required" ? findings?.reportFindings : findings?.offerFindings;
  const report = await judge?.(inventory, options, document, env);
  if (!report || report instanceof BrokerError) {
    await writeResult(await formatResult(inventory, format, document), stdout, options.output);
    if (report) stderr.write(`${describeMissingData(report)}\n`);
    return;
  }
  await writeResult(report.text, stdout, options.output);
  const remark = report.enforce();
  if (remark) stderr.write(`${remark}\n`);
}

/** No data is not the same as no findings. */
function describeMissingData({ message }: BrokerError): string {
  return `findings: no data, ${printableLine(message)}; fetch it with tidewaiter db update, or leave findings out with --no-vulns`;
}

async function readPassword(stdin: NodeJS.ReadStream): Promise<string> {
  if (stdin.isTTY)
    throw new BrokerError("INPUT_INVALID", "--password-stdin: standard input is a terminal; pipe the password in");
  return (await text(stdin)).replace(/\r?\n$/, "");
}
