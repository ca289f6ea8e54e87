import { Secret } from "@tidewaiter/runtime";
import type { ClientSettings } from "./settings.ts";

/** The credentials that the chain check tries, in the vendor's order; the registry's own when none is named. */
export function checkCredentials(settings: ClientSettings, own: Secret | undefined): readonly Secret[] {
  const headers = poolOf(settings.BROKER_CLIENT_VALIDATION_AUTHORIZATION_HEADER_POOL);
  if (headers.length > 0) return headers;
  const basics = poolOf(settings.BROKER_CLIENT_VALIDATION_BASIC_AUTH_POOL);
  if (basics.length > 0) return basics.map(basicAuth);
  if (settings.BROKER_CLIENT_VALIDATION_AUTHORIZATION_HEADER)
    return [settings.BROKER_CLIENT_VALIDATION_AUTHORIZATION_HEADER];
  if (settings.BROKER_CLIENT_VALIDATION_BASIC_AUTH) return [basicAuth(settings.BROKER_CLIENT_VALIDATION_BASIC_AUTH)];
  return own ? [own] : [];
}

function poolOf(pool: Secret | undefined): Secret[] {
  const parts = pool?.reveal().split(",") ?? [];
  return parts
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => new Secret(part));
}

function basicAuth(pair: Secret): Secret {
  return new Secret(`Basic ${Buffer.from(pair.reveal()).toString("base64")}`);
}
