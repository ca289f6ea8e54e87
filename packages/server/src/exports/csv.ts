/** A value of a CSV cell. */
export type Cell = string | number | boolean | null | undefined;

/**
 * One line of CSV (RFC 4180). Text that a spreadsheet would take for a formula gets a quote in front: names of packages
 * and images come from outside.
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(value: Cell): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
