import { compileFilter, type Filter, parseRuleFile } from "@tidewaiter/tunnel";
import type { CallRule } from "../tunnel/hub.ts";

export interface ClientRule {
  readonly rule: CallRule | undefined;
  readonly nearest: CallRule | undefined;
}

const NEITHER: ClientRule = { rule: undefined, nearest: undefined };

/**
 * Finds the rule of a broker client that a call fits, from the rules that the client told when it came. Rules that look at
 * query, headers or body cannot be judged afterwards, since none of these are kept: then there is no answer.
 */
export function createClientRules(): (filters: unknown, method: string, path: string) => ClientRule {
  const compiled = new WeakMap<object, Filter | "unreadable">();
  const filterOf = (filters: object): Filter | "unreadable" => {
    const known = compiled.get(filters) ?? compile(filters);
    compiled.set(filters, known);
    return known;
  };
  return (filters, method, path) => {
    if (filters === null || typeof filters !== "object") return NEITHER;
    const filter = filterOf(filters);
    if (filter === "unreadable") return NEITHER;
    const decision = filter.decide({ method, url: path.split("?", 1)[0] ?? "", headers: {} });
    if (decision.kind === "allowed") return { rule: short(decision.rule), nearest: undefined };
    return decision.kind === "denied" ? { rule: undefined, nearest: decision.nearest } : NEITHER;
  };
}

/** Clients are not trusted: what they call their rules may be anything. */
function compile(filters: object): Filter | "unreadable" {
  try {
    return compileFilter(parseRuleFile(JSON.stringify(filters)).private);
  } catch {
    return "unreadable";
  }
}

function short({ method, path }: CallRule): CallRule {
  return { method: method.toUpperCase(), path };
}
