import { isDeepStrictEqual } from "node:util";
import picomatch from "picomatch";
import type { RuleCondition } from "./rule-file.ts";

/** What conditions are tested on. */
export interface ConditionSubject {
  /** With its question mark, or empty. */
  readonly query: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Uint8Array | undefined;
}

/** The `valid` entries of a rule, compiled. */
export interface Conditions {
  readonly needsBody: boolean;
  hold(subject: ConditionSubject): boolean;
}

type BodyTest = (body: unknown) => boolean;

/**
 * Body values and body expressions: any one suffices. Query parameters: all of them, tried when no body entry held.
 * Headers: all of them on top (protocol 2.2, step 5).
 */
export function compileConditions(entries: readonly RuleCondition[]): Conditions {
  const bodyTests: BodyTest[] = [];
  const queryTests: ((query: URLSearchParams) => boolean)[] = [];
  const headerTests: ((headers: Readonly<Record<string, unknown>>) => boolean)[] = [];
  for (const entry of entries) {
    if ("queryParam" in entry) queryTests.push(compileQuery(entry.queryParam, entry.values));
    else if ("header" in entry) headerTests.push(compileHeader(entry.header, entry.values));
    else if ("regex" in entry) bodyTests.push(compileExpression(entry.path, new RegExp(entry.regex)));
    else bodyTests.push(compileValue(entry.path, entry.value));
  }
  const hasGroups = bodyTests.length > 0 || queryTests.length > 0;
  return {
    needsBody: bodyTests.length > 0,
    hold({ query, headers, body }) {
      if (!headerTests.every((test) => test(headers))) return false;
      if (!hasGroups) return true;
      if (bodyTests.length > 0 && holdsBody(bodyTests, body)) return true;
      if (queryTests.length === 0) return false;
      const parameters = new URLSearchParams(query);
      return queryTests.every((test) => test(parameters));
    },
  };
}

function holdsBody(tests: readonly BodyTest[], bytes: Uint8Array | undefined): boolean {
  const body = parseBody(bytes);
  return tests.some((test) => test(body));
}

/** A body that cannot be read counts as an empty object. */
function parseBody(bytes: Uint8Array | undefined): unknown {
  if (!bytes || bytes.length === 0) return {};
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  } catch {
    return {};
  }
}

function compileValue(path: string, wanted: unknown): BodyTest {
  const keys = path.split(".");
  return (body) => valuesAt(body, keys).some((value) => isDeepStrictEqual(value, wanted));
}

function compileExpression(path: string, expression: RegExp): BodyTest {
  const keys = path.split(".");
  return (body) => valuesAt(body, keys).some((value) => typeof value === "string" && expression.test(value));
}

/** All values at a dotted path; `*` stands for every key or index. */
function valuesAt(body: unknown, keys: readonly string[]): unknown[] {
  let found: unknown[] = [body];
  for (const key of keys) {
    found = found.flatMap((value) => {
      if (value === null || typeof value !== "object") return [];
      if (key === "*") return Object.values(value);
      return Object.hasOwn(value, key) ? [(value as Record<string, unknown>)[key]] : [];
    });
  }
  return found;
}

function compileQuery(name: string, globs: readonly string[]): (query: URLSearchParams) => boolean {
  const tests = globs.map(compileGlob);
  return (query) => {
    const value = query.get(name) ?? "";
    return tests.some((test) => test(value));
  };
}

function compileGlob(glob: string): (value: string) => boolean {
  if (glob === "") return (value) => value === "";
  const isMatch = picomatch(glob, { dot: true });
  return (value) => isMatch(value);
}

function compileHeader(
  name: string,
  values: readonly string[],
): (headers: Readonly<Record<string, unknown>>) => boolean {
  const lower = name.toLowerCase();
  return (headers) => {
    const value = headers[lower];
    return typeof value === "string" && values.includes(value);
  };
}
