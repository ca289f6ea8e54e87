/** A value of a parsed file, narrowed step by step; every accessor gives undefined or nothing for another type. */
export type Json = unknown;

/** @throws {SyntaxError} which the collector turns into a problem of this file. */
export function parseJson(bytes: Buffer): Json {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return JSON.parse(bytes.toString("utf8", start));
}

export function asObject(value: Json): Readonly<Record<string, Json>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, Json>>)
    : undefined;
}

export function entriesOf(value: Json): [string, Json][] {
  return Object.entries(asObject(value) ?? {});
}

export function asArray(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** Text that is not empty. */
export function asText(value: Json): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
