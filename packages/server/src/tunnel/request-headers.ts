import type { IncomingHttpHeaders } from "node:http";
import { endToEndHeaders, HEADER_SUBSTITUTION, placeholder } from "@tidewaiter/tunnel";

/** Names that ask the broker client to fill in the registry credentials (protocol 2.3). */
export function credentialHeaders(): Record<string, string> {
  return { authorization: placeholder("CR_CREDENTIALS"), [HEADER_SUBSTITUTION]: "authorization" };
}

/** Headers of a request on its way down. */
export function downHeaders(
  headers: Readonly<IncomingHttpHeaders | Record<string, string>>,
  requestId: string,
): Record<string, string | string[]> {
  const kept = endToEndHeaders(headers);
  kept["snyk-request-id"] = requestId;
  return kept;
}

/** Headers of a response as one text each; `set-cookie` is nothing that our own callers need. */
export function flatHeaders(headers: Readonly<Record<string, string | readonly string[]>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === "string" ? value : value.join(", ")]),
  );
}
