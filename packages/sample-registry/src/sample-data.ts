import { readFileSync } from "node:fs";

/** A row of a table under `data/`, by column name. */
export type Row = Readonly<Record<string, string>>;

/** Reads a tab-separated table of this package. */
export function readTable(name: string): Row[] {
  const text = readFileSync(new URL(`../data/${name}.tsv`, import.meta.url), "utf8");
  const [head = "", ...lines] = text.trimEnd().split("\n");
  const columns = head.split("\t");
  return lines.map((line) => {
    const cells = line.split("\t");
    return Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? ""]));
  });
}

/** Paragraphs of `/var/lib/dpkg/status`. */
export function dpkgStatus(rows: readonly Row[]): string {
  return rows.map((row) => `${dpkgParagraph(row).join("\n")}\n`).join("\n");
}

function dpkgParagraph(row: Row): string[] {
  const sourceVersion = row["source-version"] ? ` (${row["source-version"]})` : "";
  return [
    `Package: ${row.package}`,
    "Status: install ok installed",
    `Architecture: ${row.architecture}`,
    ...(row.source ? [`Source: ${row.source}${sourceVersion}`] : []),
    `Version: ${row.version}`,
    "Description: sample entry",
    " The sample image holds the database entry only.",
  ];
}

/** Stanzas of `/lib/apk/db/installed`. */
export function apkInstalled(rows: readonly Row[]): string {
  return rows
    .map(({ package: name, version, origin }) => `P:${name}\nV:${version}\nA:x86_64\no:${origin}\n`)
    .join("\n");
}

/** `package.json` files of installed modules, by path below `root`. */
export function nodeModules(root: string, rows: readonly Row[]): Record<string, string> {
  const files = rows.map(({ name, version, license }) => {
    const manifest = { name, version, license };
    return [`${root}/node_modules/${name}/package.json`, `${JSON.stringify(manifest, undefined, 2)}\n`];
  });
  return Object.fromEntries(files);
}
