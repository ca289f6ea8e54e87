import { BrokerError } from "@tidewaiter/runtime";

const MAX_DEPTH = 64;
const SPECIAL_KEYS = new Set(["$date", "$binary", "$escape", "$InfNaN", "$type", "$value"]);

/**
 * The text form that messages have on the tunnel: JSON, with `{"$binary": "<base64>"}` for bytes. Native JSON and
 * Buffer write the same bytes as the peer's library, thirty times faster.
 */
export function formatEjson(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}

/** Bytes as they stand in a message. */
export function binary(bytes: Uint8Array): { readonly $binary: string } {
  return { $binary: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64") };
}

/** Escapes the keys of a record from outside, so that a header called `$binary` stays a header. */
export function escapeRecord(record: Readonly<Record<string, unknown>>): unknown {
  const isSpecial = Object.keys(record).some((key) => SPECIAL_KEYS.has(key));
  return isSpecial ? { $escape: record } : record;
}

/** @throws {BrokerError} FRAME_INVALID for text that is not EJSON or nests too deep. */
export function parseEjson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BrokerError("FRAME_INVALID", "a message is not JSON", { cause: error });
  }
  return text.includes('"$') ? revive(value, 0) : value;
}

function revive(value: unknown, depth: number): unknown {
  if (value === null || typeof value !== "object") return value;
  if (depth > MAX_DEPTH) throw new BrokerError("FRAME_INVALID", `a message nests deeper than ${MAX_DEPTH}`);
  if (Array.isArray(value)) return value.map((item) => revive(item, depth + 1));
  const entries = Object.entries(value);
  const [first] = entries;
  if (first && entries.length === 1) {
    const special = reviveSpecial(first[0], first[1], depth);
    if (special !== undefined) return special;
  }
  return reviveEntries(entries, depth);
}

function reviveEntries(entries: readonly [string, unknown][], depth: number): Record<string, unknown> {
  return Object.fromEntries(entries.map(([key, item]) => [key, revive(item, depth + 1)]));
}

function reviveSpecial(key: string, value: unknown, depth: number): unknown {
  if (key === "$binary" && typeof value === "string") return Buffer.from(value, "base64");
  if (key === "$date" && typeof value === "number") return new Date(value);
  if (key === "$InfNaN" && typeof value === "number")
    return value === 0 ? Number.NaN : value * Number.POSITIVE_INFINITY;
  if (key === "$escape" && value !== null && typeof value === "object" && !Array.isArray(value)) {
    return reviveEntries(Object.entries(value), depth + 1);
  }
  return undefined;
}
