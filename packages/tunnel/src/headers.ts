/** Headers that belong to one hop (RFC 9110, 7.6.1), and those that a relay must set itself. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "host",
  "expect",
]);
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const MAX_HEADERS = 200;
const MAX_VALUE_LENGTH = 65_536;

/**
 * Headers that may go on to the next hop: lower-case names, without hop-by-hop headers (also those named by
 * `connection`) and without malformed names or values.
 */
export function endToEndHeaders(headers: Readonly<Record<string, unknown>>): Record<string, string | string[]> {
  const named = connectionTokens(headers.connection);
  const kept: Record<string, string | string[]> = {};
  let count = 0;
  for (const key in headers) {
    const name = key.toLowerCase();
    if (HOP_BY_HOP.has(name) || named?.includes(name) || !NAME.test(name)) continue;
    const value = sanitiseValue(headers[key]);
    if (value === undefined) continue;
    count += 1;
    if (count > MAX_HEADERS) break;
    kept[name] = value;
  }
  return kept;
}

function sanitiseValue(value: unknown): string | string[] | undefined {
  if (typeof value === "string") return isHeaderValue(value) ? value : undefined;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (!Array.isArray(value)) return undefined;
  const good = value.filter((item): item is string => typeof item === "string" && isHeaderValue(item));
  return good.length > 0 ? good : undefined;
}

function isHeaderValue(value: string): boolean {
  return value.length <= MAX_VALUE_LENGTH && VALUE.test(value);
}

function connectionTokens(value: unknown): string[] | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  return value.split(",").map((token) => token.trim().toLowerCase());
}
