import { printable } from "@tidewaiter/runtime";
import type { Row } from "./row.ts";

const MARKS = { pass: "ok", warn: "warning", fail: "FAILED", skipped: "skipped" } as const;
const INDENT = " ".repeat(33);

/** The rows as aligned text; what failed is followed by its likely cause and what to do. */
export function formatRows(rows: readonly Row[]): string {
  const lines = rows.flatMap(({ part, check, verdict, fact = "", code, likely, action }) => [
    `${part.padEnd(10)}${check.padEnd(13)}${MARKS[verdict].padEnd(10)}${[code, fact].filter(Boolean).join("  ")}`,
    ...(verdict === "fail" || verdict === "warn" ? advice(likely, action) : []),
  ]);
  return `${printable(lines.join("\n"))}\n`;
}

function advice(likely: string | undefined, action: string | undefined): string[] {
  return [likely && `likely: ${likely}`, action && `do: ${action}`].flatMap((line) => (line ? [INDENT + line] : []));
}
