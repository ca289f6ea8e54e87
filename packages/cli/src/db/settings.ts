import { join, resolve } from "node:path";
import { ADVISORY_SETTINGS } from "@tidewaiter/advisories";
import { type Env, loadSettings } from "@tidewaiter/runtime";
import { z } from "zod";

const dbSettings = z.object(ADVISORY_SETTINGS);
export type DbSettings = Readonly<z.output<typeof dbSettings>>;

/** What the command line says in place of variables. */
export interface DbOverrides {
  readonly source?: readonly string[];
  readonly ecosystem?: readonly string[];
  readonly force?: boolean;
}

/** @throws {BrokerError} CONFIG_INVALID */
export function readDbSettings(env: Env, { source, ecosystem, force }: DbOverrides = {}): DbSettings {
  const settings = loadSettings(dbSettings, env);
  return {
    ...settings,
    ...(source && { TIDEWAITER_ADVISORY_SOURCES: [...source] }),
    ...(ecosystem && { TIDEWAITER_ADVISORY_ECOSYSTEMS: [...ecosystem] }),
    ...(force && { TIDEWAITER_ADVISORY_FORCE: true }),
  };
}

/** Where a server that runs beside this command looks for its data. */
export function databasePath(env: Env): string {
  if (env.TIDEWAITER_ADVISORY_DB) return resolve(env.TIDEWAITER_ADVISORY_DB);
  return resolve(join(env.TIDEWAITER_DATA_DIR ?? join(".tidewaiter", "server"), "advisories.db"));
}
