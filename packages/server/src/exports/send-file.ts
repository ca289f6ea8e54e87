import { once } from "node:events";
import type { Response } from "express";
import { type Cell, csvLine } from "./csv.ts";

export interface Table<T> {
  readonly name: string;
  readonly columns: readonly string[];
  readonly toCells: (row: T) => readonly Cell[];
}

/** Streams rows as a download, page by page: a large export needs no more memory than one page. */
export async function sendRows<T>(
  res: Response,
  format: "csv" | "json",
  table: Table<T>,
  pages: AsyncIterable<readonly T[]>,
): Promise<void> {
  const iterator = pages[Symbol.asyncIterator]();
  // The first page is read before the status, so that a failure still gets its own answer.
  let page = await iterator.next();
  startDownload(res, format === "csv" ? "text/csv; charset=utf-8" : "application/json", `${table.name}.${format}`);
  res.write(format === "csv" ? csvLine(table.columns) : "[");
  for (let isFirst = true; !page.done; page = await iterator.next()) {
    if (res.closed) return;
    const parts = page.value.map((row) => (format === "csv" ? csvLine(table.toCells(row)) : JSON.stringify(row)));
    if (parts.length === 0) continue;
    const text = format === "csv" ? parts.join("") : (isFirst ? "" : ",") + parts.join(",");
    isFirst = false;
    if (!res.write(text)) await Promise.race([once(res, "drain"), once(res, "close")]);
  }
  res.end(format === "csv" ? "" : "]");
}

/** A file in one piece. */
export function sendFile(res: Response, type: string, name: string, text: string): void {
  startDownload(res, type, name);
  res.end(text);
}

/** Begins an answer that a browser saves under the name. */
export function startDownload(res: Response, type: string, name: string): void {
  const safe = name.replaceAll(/[^\w.-]+/g, "-");
  res.writeHead(200, {
    "content-type": type,
    "content-disposition": `attachment; filename="${safe}"`,
    "cache-control": "no-store",
  });
}

/** Follows the cursor of a paged list to its end. */
export async function* followPages<T>(
  read: (cursor: string | undefined) => Promise<{ readonly items: readonly T[]; readonly nextCursor?: string }>,
): AsyncGenerator<readonly T[]> {
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    yield page.items;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}
