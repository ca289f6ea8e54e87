import type { RegistryType } from "../../api/types/index.ts";

/** Types where a path of the address stands before `/v2/`; elsewhere it is the front part of repository names. */
const PREFIXES: Partial<Record<RegistryType, RegExp>> = {
  "artifactory-cr": /^(.*\/)?api\/(docker|oci)\/[^/]+$/,
  "nexus-cr": /^repository\//,
};

/** What an address in the form comes to. */
export interface CalledAddress {
  /** The root of the registry's API. */
  readonly url: string;
  /** Repositories lie below this path; empty when all are meant. */
  readonly below: string;
}

/**
 * What the agent will call for an address that was typed: host, port and path, with or without a scheme; undefined
 * where the agent would refuse it. The agent's own reading is `parseBase` of the registry room.
 */
export function calledAddress(type: RegistryType, typed: string, isPlainHttp: boolean): CalledAddress | undefined {
  const [, scheme, rest = ""] = /^(?:(https?):\/\/)?(.*)$/i.exec(typed.trim()) ?? [];
  const [host = "", ...parts] = rest.split("/");
  const segments = parts.filter((part) => part !== "");
  if (/^v[12]$/.test(segments.at(-1) ?? "")) segments.pop();
  const path = segments.join("/");
  const isPlain = scheme?.toLowerCase() !== "https" && isPlainHttp;
  if (scheme?.toLowerCase() === "http" && !isPlain) return undefined;
  if (!/^(\[[\da-f:.]+\]|[\w.-]+)(:\d+)?$/i.test(host)) return undefined;
  const origin = URL.parse(`${isPlain ? "http" : "https"}://${host}/`);
  if (!origin || segments.some((part) => !/^[\w.-]+$/.test(part) || /^\.+$/.test(part))) return undefined;
  if (path !== "" && PREFIXES[type]?.test(path)) return { url: `${origin.origin}/${path}/v2/`, below: "" };
  return { url: `${origin.origin}/v2/`, below: path };
}
