import { randomUUID } from "node:crypto";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NIL = "00000000-0000-0000-0000-000000000000";
const CARRIERS = ["x-akamai-request-id", "x-request-id", "snyk-request-id", "x-github-delivery", "x-gitlab-event-uuid"];

/** The id of an exchange: the first valid UUID among the headers that carry one, else a new one (protocol 1.6). */
export function exchangeId(headers: Readonly<Record<string, unknown>>): string {
  for (const name of CARRIERS) {
    const value = headers[name];
    if (typeof value === "string" && isUuid(value)) return value;
  }
  return randomUUID();
}

export function isUuid(text: string): boolean {
  return UUID.test(text) && text !== NIL;
}
