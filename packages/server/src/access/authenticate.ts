import { BrokerError } from "@tidewaiter/runtime";
import type { Request } from "express";
import type { ApiKeys } from "./keys.ts";
import type { Principal } from "./principal.ts";
import { SESSION_COOKIE, type Sessions } from "./sessions.ts";

/** The value of a cookie of the request. */
export function readCookie(req: Pick<Request, "headers">, name: string): string | undefined {
  for (const part of (req.headers.cookie ?? "").split(";")) {
    const [key, ...value] = part.split("=");
    if (key?.trim() === name) return value.join("=").trim();
  }
  return undefined;
}

/** The key of `Authorization: Bearer …`. */
export function readKey(authorization: string | undefined): string | undefined {
  return /^bearer\s+(\S{1,256})$/i.exec(authorization ?? "")?.[1];
}

/**
 * Who sends the request: by key, else by session.
 *
 * @throws {BrokerError} UNAUTHENTICATED, or FORBIDDEN for a session that another site uses.
 */
export async function authenticate(req: Request, keys: ApiKeys, sessions: Sessions): Promise<Principal> {
  const key = readKey(req.headers.authorization);
  const cookie = readCookie(req, SESSION_COOKIE);
  if (key === undefined && cookie !== undefined) assertOwnOrigin(req);
  const principal = key === undefined ? cookie && (await sessions.find(cookie)) : await keys.find(key);
  if (!principal) throw new BrokerError("UNAUTHENTICATED", "sign in first, or send an API key");
  return principal;
}

/**
 * Requests that a browser sends by itself carry the cookie, so writes and event streams must come from our own pages
 * (SameSite=Strict says the same; this holds where a browser or a sibling host does not).
 */
export function assertOwnOrigin(req: Request): void {
  const isRead = req.method === "GET" || req.method === "HEAD";
  const isStream = req.headers.accept?.includes("text/event-stream") ?? false;
  if (isRead && !isStream) return;
  const origin = req.headers.origin;
  const isOwn =
    origin === undefined
      ? req.headers["sec-fetch-site"] === "same-origin"
      : URL.parse(origin)?.host === req.headers.host;
  if (!isOwn) {
    throw new BrokerError("FORBIDDEN", "this call does not come from the console's own pages", {
      likely: "another site sent it, or a proxy changed the Host or Origin header",
      action: "open the console under the address that the server is called by, or use an API key",
    });
  }
}
