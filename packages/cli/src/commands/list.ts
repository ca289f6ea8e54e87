import { once } from "node:events";
import type { TagMetadata } from "@tidewaiter/contract";
import { createRegistry, type Registry } from "@tidewaiter/registry";
import { outboundFromEnv, printableLine } from "@tidewaiter/runtime";
import { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { type ConnectionOptions, readConnection, withConnectionOptions } from "../registry/connection-options.ts";

interface ListOptions extends ConnectionOptions {
  readonly json?: boolean;
  readonly metadata?: boolean;
}

/** Lists what a registry holds, page by page as the pages come. */
export function listCommand(context: CommandContext): Command {
  const repositories = withConnectionOptions(new Command("repositories"))
    .description("list repositories, one on each line")
    .option("--json", "one JSON object for each page")
    .action((options: ListOptions) => listRepositories(options, context));
  const tags = withConnectionOptions(new Command("tags"))
    .description("list the tags of a repository, one on each line")
    .argument("<repository>", "name below the registry's host")
    .option("--metadata", "with digest, size, date of the push and who says so")
    .option("--json", "one JSON object for each page")
    .action((repository: string, options: ListOptions) => listTags(repository, options, context));
  return new Command("list")
    .description("list repositories or tags of a registry")
    .addCommand(repositories)
    .addCommand(tags);
}

async function listRepositories(options: ListOptions, context: CommandContext): Promise<void> {
  await withRegistry(options, context, async (registry) => {
    for await (const page of registry.listRepositories(context.signal)) {
      await write(context, options.json ? [JSON.stringify({ repositories: page })] : page);
    }
  });
}

async function listTags(repository: string, options: ListOptions, context: CommandContext): Promise<void> {
  await withRegistry(options, context, async (registry) => {
    const pages: AsyncIterable<readonly (string | TagMetadata)[]> = options.metadata
      ? registry.listTagsWithMetadata(repository, context.signal)
      : registry.listTags(repository, context.signal);
    for await (const page of pages) {
      await write(context, options.json ? [JSON.stringify({ repository, tags: page })] : page.map(tagLine));
    }
  });
}

async function withRegistry(
  options: ListOptions,
  context: CommandContext,
  work: (registry: Registry) => Promise<void>,
): Promise<void> {
  const connection = await readConnection(options, context);
  const registry = createRegistry(connection, { outbound: outboundFromEnv(context.env) });
  try {
    await work(registry);
  } finally {
    await registry.close();
  }
}

/** A reader that is slower than the registry slows the listing down. */
async function write({ stdout }: CommandContext, lines: readonly string[]): Promise<void> {
  if (!stdout.write(lines.map((line) => `${printableLine(line)}\n`).join(""))) await once(stdout, "drain");
}

function tagLine(tag: string | TagMetadata): string {
  if (typeof tag === "string") return tag;
  const { digest, sizeBytes, pushedAt, pushedAtSource, platforms } = tag;
  const date = pushedAt && `${pushedAt} (${pushedAtSource})`;
  return [tag.tag, digest, sizeBytes, date, platforms?.join(",")].map((field) => field ?? "-").join("\t");
}
