import type { Platform } from "@tidewaiter/oci";
import { asObject, asText, type Json } from "../detectors/json.ts";

/** The platform that an image's config names; undefined when it names none. */
export function platformOf(config: Uint8Array): Platform | undefined {
  const json = asObject(parse(config));
  const [os, architecture, variant] = [asText(json?.os), asText(json?.architecture), asText(json?.variant)];
  return os && architecture ? { os, architecture, ...(variant && { variant }) } : undefined;
}

function parse(config: Uint8Array): Json {
  try {
    return JSON.parse(new TextDecoder().decode(config));
  } catch {
    return undefined;
  }
}
