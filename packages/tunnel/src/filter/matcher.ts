import { toBrokerError } from "@tidewaiter/runtime";
import { type Conditions, compileConditions } from "./conditions.ts";
import { type NormalisedUrl, normaliseUrl } from "./normalise.ts";
import { compilePathPattern, literalPrefix } from "./path-pattern.ts";
import type { FilterRule } from "./rule-file.ts";

export interface FilterSubject {
  readonly method: string;
  /** Path and query as received. */
  readonly url: string;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Left out while the body has not been read: then a rule that looks into it answers `needs-body`. */
  readonly body?: Uint8Array;
}

export interface NearestRule {
  readonly method: string;
  readonly path: string;
  readonly reason: string;
}

export type FilterDecision =
  | { readonly kind: "allowed"; readonly rule: FilterRule; readonly target: NormalisedUrl }
  | { readonly kind: "needs-body" }
  | { readonly kind: "denied"; readonly nearest: NearestRule | undefined; readonly problem?: string };

/** A list of rules, compiled once. */
export interface Filter {
  readonly rules: readonly FilterRule[];
  /** First match wins; nothing thrown: what cannot be tested is denied. */
  decide(subject: FilterSubject): FilterDecision;
}

interface CompiledRule {
  readonly rule: FilterRule;
  readonly method: string;
  readonly pattern: RegExp;
  readonly prefix: string;
  readonly conditions: Conditions;
}

export function compileFilter(rules: readonly FilterRule[]): Filter {
  const compiled = rules.map(compileRule);
  return {
    rules,
    decide(subject) {
      let target: NormalisedUrl;
      try {
        target = normaliseUrl(subject.url);
      } catch (error) {
        return { kind: "denied", nearest: undefined, problem: toBrokerError(error).message };
      }
      return decideOn(compiled, subject, target);
    },
  };
}

function compileRule(rule: FilterRule): CompiledRule {
  return {
    rule,
    method: rule.method.toUpperCase(),
    pattern: compilePathPattern(rule.path),
    prefix: literalPrefix(rule.path).toLowerCase(),
    conditions: compileConditions(rule.valid ?? []),
  };
}

function decideOn(compiled: readonly CompiledRule[], subject: FilterSubject, target: NormalisedUrl): FilterDecision {
  const { headers, body } = subject;
  const method = subject.method.toUpperCase();
  for (const candidate of compiled) {
    if (!takes(candidate, method) || !candidate.pattern.test(target.path)) continue;
    if (candidate.conditions.needsBody && body === undefined) return { kind: "needs-body" };
    if (candidate.conditions.hold({ query: target.query, headers, body })) {
      return { kind: "allowed", rule: candidate.rule, target };
    }
  }
  return { kind: "denied", nearest: findNearest(compiled, method, target.path) };
}

function takes({ method }: CompiledRule, asked: string): boolean {
  return method === "ANY" || method === asked;
}

/** The rule that a caller probably meant: right address but a condition or the method fails, else the longest common start. */
function findNearest(compiled: readonly CompiledRule[], method: string, path: string): NearestRule | undefined {
  const samePath = compiled.filter(({ pattern }) => pattern.test(path));
  const sameBoth = samePath.find((candidate) => takes(candidate, method));
  if (sameBoth) return describe(sameBoth, "a condition of the rule does not hold");
  const [other] = samePath;
  if (other) return describe(other, "the method differs");
  let best: CompiledRule | undefined;
  let bestLength = 1;
  for (const candidate of compiled) {
    const length = commonLength(candidate.prefix, path.toLowerCase());
    if (length > bestLength) [best, bestLength] = [candidate, length];
  }
  return best && describe(best, "the path differs");
}

function describe({ rule, method }: CompiledRule, reason: string): NearestRule {
  return { method, path: rule.path, reason };
}

function commonLength(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length += 1;
  return length;
}
