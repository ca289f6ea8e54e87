import { BrokerError } from "@tidewaiter/runtime";
import type { NormalisedUrl } from "./normalise.ts";
import type { FilterRule, RuleAuth } from "./rule-file.ts";
import type { Variables } from "./variables.ts";

/** Where an allowed request goes. */
export interface Target {
  /** `scheme://host:port`. */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  /** Replaces the request's own authorization when set. */
  readonly authorization: string | undefined;
}

/**
 * Joins a rule's origin and the normalised request. The origin of what comes out is the rule's, and the path is the
 * one that was matched: anything else is refused.
 *
 * @throws {BrokerError} CONFIG_INVALID when the rule has no usable origin, FILTER_BLOCKED when the address would change.
 */
export function resolveTarget(rule: FilterRule, url: NormalisedUrl, variables: Variables): Target {
  const base = parseOrigin(variables.expand(rule.origin ?? ""));
  const prefix = base.pathname.replace(/\/+$/, "");
  const target = URL.parse(`${base.origin}${prefix}${url.url}`);
  if (!target || target.origin !== base.origin || target.pathname + target.search !== prefix + url.url) {
    throw new BrokerError("FILTER_BLOCKED", "the address changes its meaning behind the rule's origin");
  }
  const authorization = rule.auth ? formatAuth(rule.auth, variables) : originAuth(base);
  return { origin: base.origin, path: prefix + url.url, authorization };
}

/** @throws {BrokerError} CONFIG_INVALID. */
export function parseOrigin(text: string): URL {
  const url = text === "" ? null : URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (url && (url.protocol === "http:" || url.protocol === "https:") && url.hostname !== "") return url;
  throw new BrokerError("CONFIG_INVALID", "the origin of a filter rule is empty or no http(s) address", {
    likely: "the variable that the rule names as its origin is not set",
  });
}

function formatAuth(auth: RuleAuth, variables: Variables): string {
  const token = variables.expand("token" in auth ? auth.token : `${auth.username}:${auth.password}`);
  if (auth.scheme === "basic") return `Basic ${Buffer.from(token).toString("base64")}`;
  if (auth.scheme === "bearer") return `Bearer ${token}`;
  return auth.scheme === "token" ? `Token ${token}` : token;
}

/** `user:password@` becomes Basic, `token@` the `token` scheme (protocol 2.3). */
function originAuth({ username, password }: URL): string | undefined {
  if (!username && !password) return undefined;
  const [user, secret] = [decodeURIComponent(username), decodeURIComponent(password)];
  return password ? `Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}` : `token ${user}`;
}
