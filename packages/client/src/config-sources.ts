import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { configInvalid, type Env, systemCode } from "@tidewaiter/runtime";
import { clientSettings } from "./settings.ts";

export interface ConfigSources {
  readonly env: Env;
  /** Arguments of the program, without its own name. */
  readonly args: readonly string[];
  readonly folder: string;
}

const MAX_FILE_BYTES = 1024 * 1024;
/** The agent's own variables, which a shared list of variables may hold. */
const OF_AGENT = new Set(["SNYK_PORT", "SNYK_MAX_IMAGE_SIZE_IN_BYTES"]);

/** Each setting by its name and by the camel-case form of it, both without regard to case and dashes. */
const NAMES: ReadonlyMap<string, string> = new Map(
  Object.keys(clientSettings.shape).map((name) => [plain(name), name] as const),
);

/**
 * The environment, over what the vendor's client takes settings from besides (protocol 3), lowest first:
 * `config.default.json`, `config.<SERVICE_ENV or local>.json`, `config.secret.json` (or CONFIG_SECRET_FILE), variables with
 * the prefix `SNYK_`, and the command line (`--port 8000`). Files may also hold variables that rules name.
 *
 * @throws {BrokerError} CONFIG_INVALID for a file that cannot be read or is no JSON object, or names an unset variable.
 */
export function collectSettings({ env, args, folder }: ConfigSources): Env {
  const files = [
    "config.default.json",
    `config.${env.SERVICE_ENV || "local"}.json`,
    env.CONFIG_SECRET_FILE || "config.secret.json",
  ];
  const layers = [...files.map((file) => fromFile(file, folder, env)), fromPrefixed(env), fromArguments(args)];
  const below = Object.assign({}, ...layers) as Record<string, string>;
  const named = Object.entries(env).filter(([, value]) => value !== undefined && value !== "");
  // What the environment names as a file counts as set, too.
  for (const [name] of named) delete below[name.replace(/_FILE$/, "")];
  return { ...below, ...Object.fromEntries(named) };
}

function fromFile(file: string, folder: string, env: Env): Record<string, string> {
  const document = readJson(resolve(folder, file), file);
  const found: Record<string, string> = {};
  for (const [key, value] of Object.entries(document)) {
    const text = Array.isArray(value) ? value.join(",") : String(value);
    if (Array.isArray(value) || typeof value !== "object") found[NAMES.get(plain(key)) ?? key] = fill(text, key, env);
  }
  return found;
}

/** Nothing where there is no such file. */
function readJson(path: string, file: string): Record<string, unknown> {
  let text: string;
  try {
    const isTooLarge = statSync(path).size > MAX_FILE_BYTES;
    text = isTooLarge ? "" : readFileSync(path, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return {};
    throw configInvalid([{ path: file, reason: `cannot be read (${systemCode(error) ?? "unreadable"})` }]);
  }
  const document = parseJson(text);
  if (document !== null && typeof document === "object" && !Array.isArray(document))
    return document as Record<string, unknown>;
  throw configInvalid([{ path: file, reason: "is no JSON object of at most 1 MB" }]);
}

/** What the parser says of a mistake quotes the text, which may hold a secret. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `${NAME}` in a value stands for a variable. */
function fill(text: string, key: string, env: Env): string {
  return text.replace(/\$\{(\w+)\}/g, (_whole, name: string) => {
    const value = env[name];
    if (value === undefined)
      throw configInvalid([{ path: key, reason: `names the variable ${name}, which is not set` }]);
    return value;
  });
}

function fromPrefixed(env: Env): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [key, value] of Object.entries(env)) {
    const name = key.startsWith("SNYK_") && !OF_AGENT.has(key) ? key.slice("SNYK_".length) : "";
    if (value && name in clientSettings.shape) found[name] = value;
  }
  return found;
}

/** `--name value` and `--name=value`. */
function fromArguments(args: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  args.forEach((arg, index) => {
    const [, key = "", joined] = /^--([\w-]+)(?:=(.*))?$/s.exec(arg) ?? [];
    const name = NAMES.get(plain(key));
    const next = args[index + 1];
    const value = joined ?? (next?.startsWith("--") ? undefined : next);
    if (name !== undefined && value !== undefined) found[name] = value;
  });
  return found;
}

function plain(name: string): string {
  return name.replace(/[_-]/g, "").toLowerCase();
}
