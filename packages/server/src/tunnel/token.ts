import { createHash } from "node:crypto";

const TOKEN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const HASH = /^[0-9a-f]{64}$/;

/** A token's public name: in paths between ends of ours, in logs, in metrics. */
export function tokenHash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

export function isTokenHash(text: string): boolean {
  return HASH.test(text);
}

/**
 * The token that a request presents: in the path (the vendor's client), or in `Authorization` with its hash in the
 * path (ours). Undefined when neither is well-formed or they do not belong together.
 */
export function presentedToken(segment: string, authorization: string | undefined): string | undefined {
  if (!isTokenHash(segment)) return TOKEN.test(segment.toLowerCase()) ? segment.toLowerCase() : undefined;
  const token = /^bearer\s+(\S{1,128})$/i.exec(authorization ?? "")?.[1]?.toLowerCase();
  return token && TOKEN.test(token) && tokenHash(token) === segment ? token : undefined;
}

/** A token's name in logs: the start of its hash. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12);
}
