import { stripVTControlCharacters } from "node:util";
import { printableLine } from "@tidewaiter/runtime";
import type { ImageResult } from "./results.ts";

const SEVERITIES = ["critical", "high", "medium", "low", "negligible", "unknown"] as const;
type Column = (typeof SEVERITIES)[number];
/** Shown only where there is something to show. */
const OPTIONAL: readonly Column[] = ["negligible", "unknown"];
const COLOURS: Readonly<Record<string, string>> = {
  critical: "\u001b[1;31m",
  high: "\u001b[31m",
  medium: "\u001b[33m",
};
const RESET = "\u001b[0m";

/** The results as a table: names to the left, numbers to the right. `no data` where nothing was looked up. */
export function formatTable(results: readonly ImageResult[], hasColour: boolean): string {
  const columns = SEVERITIES.filter((name) => !OPTIONAL.includes(name) || results.some(({ totals }) => totals?.[name]));
  const head = ["IMAGE", "PACKAGES", ...columns.map((name) => name.toUpperCase()), "FIXABLE"];
  const rows = results.map((result) => cells(result, columns, hasColour));
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => width(row[at] ?? ""))));
  return [head, ...rows].map((row) => formatRow(row, widths)).join("\n");
}

function cells(
  { reference, state, totals, packages }: ImageResult,
  columns: readonly Column[],
  hasColour: boolean,
): string[] {
  const name = printableLine(reference);
  if (state !== "Complete") return [name, state];
  if (!totals) return [name, String(packages.length), ...columns.map(() => "no data"), "no data"];
  const counts = columns.map((severity) => colour(severity, totals[severity], hasColour));
  return [name, String(packages.length), ...counts, String(totals.fixable)];
}

function colour(severity: string, count: number, hasColour: boolean): string {
  const code = COLOURS[severity];
  return hasColour && code && count > 0 ? `${code}${count}${RESET}` : String(count);
}

function formatRow(row: readonly string[], widths: readonly number[]): string {
  const padded = row.map((cell, at) => {
    const blanks = " ".repeat(Math.max(0, (widths[at] ?? 0) - width(cell)));
    return at === 0 ? cell + blanks : blanks + cell;
  });
  return padded.join("  ").trimEnd();
}

function width(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
