/** Readers for JSON whose shape nobody promises: a missing or odd value is undefined or empty, never an error. Hand-written
 * because an import reads hundreds of thousands of records, where a schema would cost more than the parsing itself. */

export function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function texts(value: unknown): string[] {
  return list(value).filter((entry): entry is string => typeof entry === "string" && entry !== "");
}
