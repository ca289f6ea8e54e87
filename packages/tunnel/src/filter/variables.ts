import type { Env } from "@tidewaiter/runtime";

const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Values behind `${NAME}`; `NAME_POOL` gives its values in turn. */
export interface Variables {
  /** Undefined for a name that has no value. */
  value(name: string): string | undefined;
  /** Every `${NAME}` replaced; unknown names become empty. */
  expand(text: string): string;
}

/**
 * Names may be written as in the environment or in camel case. Each use of a pooled name takes the next value of its
 * pool.
 */
export function createVariables(values: Env): Variables {
  const pools = new Map<string, { readonly values: readonly string[]; next: number }>();
  for (const [name, list] of Object.entries(values)) {
    if (!name.endsWith("_POOL") || !list) continue;
    const parts = list
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
    if (parts.length > 0) pools.set(name.slice(0, -"_POOL".length), { values: parts, next: 0 });
  }
  const value = (name: string): string | undefined => {
    const key = environmentName(name);
    const pool = pools.get(key);
    if (!pool) return values[key];
    const picked = pool.values[pool.next % pool.values.length];
    pool.next = (pool.next + 1) % pool.values.length;
    return picked;
  };
  return {
    value,
    expand: (text) => text.replace(VARIABLE, (_whole, name: string) => value(name) ?? ""),
  };
}

/** `${NAME}`, as it stands in rule files and in what the server asks for. */
export function placeholder(name: string): string {
  return `$\{${name}}`;
}

/** `brokerClientUrl` and `BROKER_CLIENT_URL` are the same name. */
export function environmentName(name: string): string {
  return /[a-z]/.test(name) ? name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase() : name;
}
