import { BrokerError } from "@tidewaiter/runtime";
import { placeholder, type Variables } from "./filter/variables.ts";

/** Names the headers in which the server wants variables filled in. */
export const HEADER_SUBSTITUTION = "x-broker-var-sub";
/** Key of a JSON body that names the places in it. */
export const BODY_SUBSTITUTION = "BROKER_VAR_SUB";
const CREDENTIALS = placeholder("CR_CREDENTIALS");
const CALLBACK = placeholder("BROKER_CLIENT_URL");
const MAX_PLACES = 32;

/** What a server may have filled in, decided by the client's own settings. */
export interface SubstitutionPolicy {
  readonly variables: Variables;
  /** The one request header that may carry the credentials. */
  readonly credentialHeader: string;
  /** Credentials go to the agent only. */
  readonly isAgentRule: boolean;
  readonly isHeaderAllowed: boolean;
  readonly isBodyAllowed: boolean;
}

type Headers = Readonly<Record<string, string | string[]>>;

/**
 * Fills in the headers that the server asked for: the credentials, as the whole value of the one configured header of
 * a request to the agent. The header that asks is kept, as the peer keeps it.
 *
 * @throws {BrokerError} SUBSTITUTION_REFUSED for any other wish.
 */
export function substituteHeaders(headers: Headers, policy: SubstitutionPolicy): Headers {
  const asked = headers[HEADER_SUBSTITUTION];
  if (asked === undefined || !policy.isHeaderAllowed) return headers;
  const names = String(asked)
    .split(",", MAX_PLACES)
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const filled: Record<string, string | string[]> = { ...headers };
  for (const name of names) {
    const value = headers[name];
    if (value === undefined || !String(value).includes("${")) continue;
    if (value !== CREDENTIALS) throw refused(`the header ${name}`);
    if (name !== policy.credentialHeader) throw refused(`the header ${name}, which is not the configured one`);
    if (!policy.isAgentRule) throw refused("a request that does not go to the registry agent");
    filled[name] = policy.variables.value("CR_CREDENTIALS") ?? "";
  }
  return filled;
}

/**
 * Fills in the places of a JSON body that the server asked for: the callback address, at the start of a string. Bodies
 * without a wish come back as they are.
 *
 * @throws {BrokerError} SUBSTITUTION_REFUSED for any other wish.
 */
export function substituteBody(body: Buffer, policy: SubstitutionPolicy): Buffer {
  if (!policy.isBodyAllowed || !body.includes(BODY_SUBSTITUTION)) return body;
  const document = parseObject(body);
  const places = document?.[BODY_SUBSTITUTION];
  if (!document || !Array.isArray(places)) return body;
  delete document[BODY_SUBSTITUTION];
  for (const place of places.slice(0, MAX_PLACES)) {
    if (typeof place === "string") fillPlace(document, place.split("."), policy);
  }
  return Buffer.from(JSON.stringify(document));
}

function fillPlace(document: Record<string, unknown>, keys: readonly string[], policy: SubstitutionPolicy): void {
  let holder: unknown = document;
  for (const key of keys.slice(0, -1)) holder = ownValue(holder, key);
  const last = keys.at(-1) ?? "";
  const value = ownValue(holder, last);
  if (typeof value !== "string" || !value.includes("${")) return;
  const rest = value.slice(CALLBACK.length);
  if (!value.startsWith(CALLBACK) || rest.includes("${")) throw refused(`the body at ${keys.join(".").slice(0, 100)}`);
  (holder as Record<string, unknown>)[last] = (policy.variables.value("BROKER_CLIENT_URL") ?? "") + rest;
}

function ownValue(holder: unknown, key: string): unknown {
  if (holder === null || typeof holder !== "object" || !Object.hasOwn(holder, key)) return undefined;
  return (holder as Record<string, unknown>)[key];
}

function parseObject(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return value !== null && typeof value === "object" && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function refused(where: string): BrokerError {
  return new BrokerError("SUBSTITUTION_REFUSED", `the server asked for a variable in ${where}`);
}
