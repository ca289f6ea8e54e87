import type { Counts } from "../api/contract/counts.ts";

/** Text of a JSON column. */
export function toJson(value: unknown): string {
  return JSON.stringify(value);
}

/** What a JSON column holds; our own writes are trusted to have the type. */
export function fromJson<T>(text: string): T {
  return JSON.parse(text) as T;
}

export function fromJsonOrNull<T>(text: string | null): T | null {
  return text === null ? null : (JSON.parse(text) as T);
}

export function toFlag(value: boolean): 0 | 1 {
  return value ? 1 : 0;
}

/** ISO 8601 of a time column. */
export function toIso(time: number): string {
  return new Date(time).toISOString();
}

export function toIsoOrNull(time: number | null): string | null {
  return time === null ? null : toIso(time);
}

export function countsOf(text: string | null): Counts | null {
  return fromJsonOrNull<Counts>(text);
}
