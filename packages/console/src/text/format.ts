import type { Language } from "./translate.ts";

/** In the reader's own zone. */
export function formatTime(language: Language, time: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(time));
}

export function formatDay(language: Language, time: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium" }).format(new Date(time));
}

/** `2026-01-31 09:05:00 UTC`. */
export function formatUtc(time: string): string {
  return `${new Date(time).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

const STEPS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** `3 hours ago`, `in 2 days`; `now` is in milliseconds. */
export function formatAge(language: Language, time: string, now: number): string {
  const seconds = Math.round((Date.parse(time) - now) / 1_000);
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
  }
  return words.format(0, "second");
}

/** Bytes in units of 1000, as registries count. */
export function formatBytes(language: Language, bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  const value = bytes / 1000 ** power;
  const digits = power === 0 || value >= 100 ? 0 : 1;
  return `${value.toLocaleString(language, { maximumFractionDigits: digits })} ${units[power]}`;
}

const UNITS = { en: { h: " h", min: " min", s: " s" }, ko: { h: "시간", min: "분", s: "초" } } as const;

/** `0.8 s`, `42 s`, `3 min 05 s`, `2 h 10 min`. */
export function formatSeconds(language: Language, seconds: number): string {
  const { h, min, s } = UNITS[language];
  if (seconds < 10) return `${seconds.toLocaleString(language, { maximumFractionDigits: 1 })}${s}`;
  const whole = Math.round(seconds);
  const two = (count: number): string => String(count).padStart(2, "0");
  if (whole < 60) return `${whole}${s}`;
  if (whole < 3_600) return `${Math.floor(whole / 60)}${min} ${two(whole % 60)}${s}`;
  return `${Math.floor(whole / 3_600)}${h} ${two(Math.floor((whole % 3_600) / 60))}${min}`;
}

/** `sha256:7a3c…` to the twelve digits that people compare. */
export function shortDigest(digest: string): string {
  const [, hex = digest] = digest.split(":");
  return hex.slice(0, 12);
}
