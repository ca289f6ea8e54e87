const MAX_PATH = 300;
const MAX_NAMES = 8;
const MASK = "…";
/** Addresses of hooks are secrets: whoever knows one may post to it. */
const AFTER_HOOKS = /(?<=^\/(?:hooks|webhooks\/[\w-]+)\/)[^/]+/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const HEX = /^[0-9a-f]{32,}$/i;
/** Letters of both cases and digits, long and without a break: nobody names a repository or a tag like that. */
const RANDOM = /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[\w%+=~-]{20,}$/;
const LONG = /[^/]{20}/;

/**
 * A request's address as it may be remembered: without the values of its query, without what could be a token or another
 * secret in its path, and no longer than people read. Digests and names stay.
 */
export function maskUrl(url: string): string {
  const [path = "", query] = url.split("?", 2);
  const shown = maskPath(path.length > MAX_PATH ? `${path.slice(0, MAX_PATH)}${MASK}` : path);
  return query ? `${shown}?${maskQuery(query)}` : shown;
}

function maskPath(path: string): string {
  if (!LONG.test(path)) return path.replace(AFTER_HOOKS, MASK);
  const masked = path.replace(AFTER_HOOKS, MASK).split("/");
  return masked.map((segment) => (isSecret(segment) ? MASK : segment)).join("/");
}

function isSecret(segment: string): boolean {
  return segment.length >= 20 && (UUID.test(segment) || HEX.test(segment) || RANDOM.test(segment));
}

/** The names only; a part without a value could itself be one. */
function maskQuery(query: string): string {
  const parts = query.split("&", MAX_NAMES + 1);
  const names = parts.slice(0, MAX_NAMES).map((part) => /^([\w.-]{1,40})=/.exec(part)?.[1]);
  const shown = names.map((name) => (name === undefined ? MASK : `${name}=${MASK}`));
  return [...shown, ...(parts.length > MAX_NAMES ? [MASK] : [])].join("&");
}
