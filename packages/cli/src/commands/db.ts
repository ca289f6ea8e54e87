import { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { exportDatabase, importDatabase, showStatus, updateDatabase, verifyDatabase } from "../db/actions.ts";
import { databasePath, readDbSettings } from "../db/settings.ts";

interface DbOptions {
  readonly database?: string;
  readonly source?: readonly string[];
  readonly ecosystem?: readonly string[];
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Advisory data: fetch it, look at it, carry it to where there is no network. */
export function dbCommand(context: CommandContext): Command {
  const db = new Command("db").description("advisory data: update, status, import, export, verify");
  const path = (options: DbOptions): string => options.database ?? databasePath(context.env);
  add(db, "update", "fetch what changed and put the new data in place")
    .option("--source <place>", "URL of a bucket, folder or archive, repeatable", collect)
    .option("--ecosystem <name>", "ecosystem to keep, repeatable; * keeps all", collect)
    .option("--force", "take data that is older than the present")
    .action((options: DbOptions) => {
      const { source, ecosystem, force } = options;
      return updateDatabase(context, path(options), readDbSettings(context.env, { source, ecosystem, force }));
    });
  add(db, "status", "show what data there is and how old it is")
    .option("--json", "print one JSON document")
    .action((options: DbOptions) => showStatus(context, path(options), options.json === true));
  add(db, "import", "take a bundle of db export, or a folder or archive of records")
    .argument("<file>", "bundle, archive or folder")
    .option("--force", "take data that is older than the present")
    .action((file: string, options: DbOptions) =>
      importDatabase(context, path(options), file, readDbSettings(context.env, { force: options.force })),
    );
  add(db, "export", "write the data as one file, signed when TIDEWAITER_ADVISORY_SIGNING_KEY is set")
    .argument("<file>", "bundle to write")
    .action((file: string, options: DbOptions) =>
      exportDatabase(context, path(options), file, readDbSettings(context.env)),
    );
  add(db, "verify", "check every page of the data").action((options: DbOptions) =>
    verifyDatabase(context, path(options)),
  );
  return db;
}

function add(db: Command, name: string, description: string): Command {
  return db
    .command(name)
    .description(description)
    .option("--database <file>", "database file (default TIDEWAITER_ADVISORY_DB, or advisories.db in the data folder)");
}

function collect(value: string, all: readonly string[] = []): string[] {
  return [...all, value];
}
