import { createRequire } from "node:module";
import { BrokerError } from "@tidewaiter/runtime";
import { z } from "zod";
import { compilePathPattern } from "./path-pattern.ts";

const load = createRequire(import.meta.url);

const text = z.string().max(8_192);
const regex = text.refine(isRegex, { error: "is no regular expression" });
const validSchema = z.union(
  [
    z.strictObject({ "//": text.optional(), path: text, value: z.unknown().refine((value) => value !== undefined) }),
    z.strictObject({ "//": text.optional(), path: text, regex }),
    z.strictObject({ "//": text.optional(), queryParam: text, values: z.array(text).max(1_000) }),
    z.strictObject({ "//": text.optional(), header: text, values: z.array(text).max(1_000) }),
  ],
  { error: "needs path and value, path and regex, queryParam and values, or header and values" },
);
const authSchema = z.union(
  [
    z.object({ scheme: z.literal("basic"), username: text, password: text }),
    z.object({ scheme: z.enum(["basic", "bearer", "token", "raw"]), token: text }),
  ],
  { error: "needs scheme (basic, bearer, token, raw) and token, or basic with username and password" },
);
const ruleSchema = z.strictObject({
  "//": z.union([text, z.array(text)]).optional(),
  method: z
    .string()
    .regex(/^[A-Za-z]+$/, { error: "is no method" })
    .default("GET"),
  path: text.min(1).refine(isPattern, { error: "is no path pattern" }),
  origin: text.optional(),
  auth: authSchema.optional(),
  valid: z.array(validSchema).max(1_000).optional(),
  /** Accepted without effect, as in the peer: everything streams. */
  stream: z.boolean().optional(),
});
const ruleFileSchema = z.object({
  private: z.array(ruleSchema).max(10_000).default([]),
  public: z.array(ruleSchema).max(10_000).default([]),
});

/** One entry of a rule file. */
export type FilterRule = z.output<typeof ruleSchema>;
export type RuleAuth = z.output<typeof authSchema>;
export type RuleCondition = z.output<typeof validSchema>;

/** `private`: what comes through the tunnel; `public`: what arrives at the process's own port. */
export interface RuleFile {
  readonly private: readonly FilterRule[];
  readonly public: readonly FilterRule[];
}

/**
 * Reads a rule file, JSON or YAML.
 *
 * @throws {BrokerError} CONFIG_INVALID with the place of every fault (`private[3].path`).
 */
export function parseRuleFile(source: string, name = "ACCEPT"): RuleFile {
  const parsed = ruleFileSchema.safeParse(parseSource(source, name));
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.slice(0, 50).map(({ path, message }) => ({
    path: formatPlace(path),
    reason: message,
  }));
  const faults = details.map(({ path, reason }) => `${path}: ${reason}`).join("; ");
  throw new BrokerError("CONFIG_INVALID", `${name}: ${faults}`, { details });
}

function parseSource(source: string, name: string): unknown {
  try {
    return source.trimStart().startsWith("{") ? JSON.parse(source) : parseYaml(source);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : "unreadable";
    throw new BrokerError("CONFIG_INVALID", `${name}: is neither JSON nor YAML (${reason})`, { cause: error });
  }
}

/** The YAML library is loaded with the first file that needs it: most processes start without one. */
function parseYaml(source: string): unknown {
  const { parse }: typeof import("yaml") = load("yaml");
  return parse(source, { maxAliasCount: 100 });
}

function formatPlace(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index ? "." : ""}${String(part)}`))
    .join("");
}

function isRegex(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}

function isPattern(pattern: string): boolean {
  try {
    compilePathPattern(pattern);
    return true;
  } catch {
    return false;
  }
}
