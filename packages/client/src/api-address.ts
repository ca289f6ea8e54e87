import type { ClientSettings } from "./settings.ts";

/**
 * The API behind the server: named, or derived from the vendor's naming (`broker.` becomes `api.`). Undefined for any
 * other server, so that nothing of ours calls the vendor unasked.
 */
export function apiBaseUrl(settings: ClientSettings): string | undefined {
  const named = settings.API_BASE_URL ?? settings.BROKER_DISPATCHER_BASE_URL;
  if (named !== undefined) return named.replace(/\/+$/, "");
  const url = new URL(settings.BROKER_SERVER_URL);
  if (!url.hostname.startsWith("broker.")) return undefined;
  url.hostname = `api.${url.hostname.slice("broker.".length)}`;
  return url.origin;
}
