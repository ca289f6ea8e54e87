import { readFileSync } from "node:fs";
import { z } from "zod";
import { BrokerError } from "./errors.ts";
import { Secret } from "./secret.ts";

/** The environment, or a test's stand-in for it. */
export type Env = Readonly<Record<string, string | undefined>>;
type Shape = Readonly<Record<string, z.ZodType>>;
interface Fault {
  readonly path: string;
  readonly reason: string;
}

/** A setting whose value must never show. */
export function secretSetting(): z.ZodType<Secret, string> {
  return z
    .string()
    .min(1)
    .transform((value) => new Secret(value))
    .meta({ secret: true });
}

/** `true`, `1`, `yes`, `on` and their opposites, in any case. */
export function flagSetting(): z.ZodType<boolean, string> {
  return z.stringbool({ truthy: ["true", "1", "yes", "on"], falsy: ["false", "0", "no", "off"] });
}

/** A whole number with bounds; the unit belongs in the variable's description. */
export function countSetting(min: number, max: number = Number.MAX_SAFE_INTEGER): z.ZodType<number, unknown> {
  return z.coerce.number().int().min(min).max(max);
}

/** Comma-separated values; blanks around them and empty ones are dropped. */
export function listSetting(): z.ZodType<string[], string> {
  return z.string().transform((text) =>
    text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  );
}

/**
 * Reads the variables of a schema from the environment. Each may come from a file instead (`NAME_FILE`); an empty
 * variable counts as unset.
 *
 * @throws {BrokerError} CONFIG_INVALID with every fault at once, by variable name and without values.
 */
export function loadSettings<S extends z.ZodObject>(schema: S, env: Env): Readonly<z.output<S>> {
  const faults: Fault[] = [];
  const input = readVariables(schema.shape, env, faults);
  const parsed = schema.safeParse(input);
  if (!parsed.success) {
    const named = new Set(faults.map(({ path }) => path));
    for (const issue of parsed.error.issues) {
      const path = String(issue.path[0] ?? "");
      if (!named.has(path)) faults.push({ path, reason: input[path] === undefined ? "is required" : issue.message });
    }
  }
  if (faults.length > 0) throw configInvalid(faults);
  return Object.freeze(parsed.data as z.output<S>);
}

/** The error of a configuration, for checks that need several variables at once. */
export function configInvalid(faults: readonly Fault[]): BrokerError {
  const text = faults.map(({ path, reason }) => `${path}: ${reason}`).join("; ");
  return new BrokerError("CONFIG_INVALID", `configuration: ${text}`, { details: faults });
}

function readVariables(shape: Shape, env: Env, faults: Fault[]): Record<string, string> {
  const input: Record<string, string> = {};
  for (const name of Object.keys(shape)) {
    const value = env[name];
    const path = env[`${name}_FILE`];
    if (value && path) faults.push({ path: name, reason: `set either ${name} or ${name}_FILE, not both` });
    else if (value) input[name] = value;
    else if (path) readInto(input, name, path, faults);
  }
  return input;
}

function readInto(input: Record<string, string>, name: string, path: string, faults: Fault[]): void {
  try {
    input[name] = readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    faults.push({ path: name, reason: `the file named by ${name}_FILE cannot be read (${reason})` });
  }
}

/** One row of the generated settings table. */
export interface SettingRow {
  readonly name: string;
  readonly description: string;
  readonly isRequired: boolean;
  readonly isSecret: boolean;
  readonly defaultValue: string | undefined;
}

/** The variables of a schema as `.env.example` and the docs list them. */
export function describeSettings(schema: z.ZodObject): SettingRow[] {
  return Object.entries(schema.shape as Shape).map(([name, type]) => {
    const meta = metaOf(type);
    const initial = type.safeParse(undefined);
    return {
      name,
      description: meta.description ?? "",
      isRequired: !initial.success,
      isSecret: meta.secret === true,
      defaultValue: initial.success && initial.data !== undefined ? formatDefault(initial.data) : undefined,
    };
  });
}

function formatDefault(value: unknown): string {
  return Array.isArray(value) ? value.join(",") : String(value);
}

/** Descriptions may sit on the outer or on an inner type: `.default()` and `.optional()` wrap, `.pipe()` joins. */
function metaOf(type: z.ZodType): { description?: string; secret?: boolean } {
  const {
    innerType,
    in: from,
    out: to,
  } = (type as { def?: Partial<Record<"innerType" | "in" | "out", z.ZodType>> }).def ?? {};
  const below = [from, to, innerType].filter((inner) => inner !== undefined).map(metaOf);
  return Object.assign({}, ...below, type.meta());
}

/** The secrets of loaded settings, for the redactor. */
export function secretsOf(settings: Readonly<Record<string, unknown>>): Secret[] {
  return Object.values(settings).filter((value) => value instanceof Secret);
}
