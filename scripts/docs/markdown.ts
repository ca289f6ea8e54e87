/** A Markdown table; bars and line ends inside a cell are made harmless. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

export function code(text: string): string {
  return text === "" ? "" : `\`${text}\``;
}

/** What stands at the top of every generated page. */
export function heading(title: string, source: string): string {
  return `# ${title}\n\n_Generated from ${source} by \`node scripts/run.js docs\`; change it there._\n`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ");
}
