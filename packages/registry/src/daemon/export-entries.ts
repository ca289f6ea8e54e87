import type { Readable } from "node:stream";
import { BrokerError } from "@tidewaiter/runtime";
import { extract } from "tar-stream";

/** What an engine's export says of itself, without the layers. */
export interface ExportContents {
  /** Size of each file, links followed. */
  sizeOf(path: string): number | undefined;
  /** Where a path's bytes are in the archive: layers are links to each other in older exports. */
  target(path: string): string;
  /** JSON documents, by path. */
  readonly documents: ReadonlyMap<string, Buffer>;
}

const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;
const MAX_DOCUMENTS_BYTES = 64 * 1024 * 1024;
const MAX_ENTRIES = 10_000;

/**
 * Walks an export once: keeps its small JSON documents and the sizes of the rest.
 *
 * @throws {BrokerError} LIMIT_EXCEEDED when it has more entries or documents than any image has.
 */
export async function readExport(stream: Readable, signal?: AbortSignal): Promise<ExportContents> {
  const sizes = new Map<string, number>();
  const links = new Map<string, string>();
  const documents = new Map<string, Buffer>();
  let kept = 0;
  for await (const entry of stream.pipe(extract())) {
    signal?.throwIfAborted();
    const { name, size = 0, type, linkname } = entry.header;
    if (sizes.size + links.size >= MAX_ENTRIES)
      throw new BrokerError("LIMIT_EXCEEDED", "the engine's export has too many entries");
    if (type === "symlink" || type === "link") links.set(name, resolveLink(name, linkname ?? "", type === "symlink"));
    else sizes.set(name, size);
    const document = type === "file" && size <= MAX_DOCUMENT_BYTES ? await readDocument(entry) : undefined;
    if (size > MAX_DOCUMENT_BYTES || type !== "file") entry.resume();
    if (!document) continue;
    kept += document.length;
    if (kept > MAX_DOCUMENTS_BYTES)
      throw new BrokerError("LIMIT_EXCEEDED", "the engine's export has too many documents");
    documents.set(name, document);
  }
  const target = (path: string): string => links.get(path) ?? path;
  return { sizeOf: (path) => sizes.get(target(path)), target, documents };
}

/** Bytes when they begin as JSON does. An entry is read to its end either way, since the next one waits for that. */
async function readDocument(entry: AsyncIterable<unknown>): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let isDocument = true;
  for await (const chunk of entry) {
    const bytes = Buffer.from(chunk as Uint8Array);
    if (chunks.length === 0) isDocument &&= /^\s*[{[]/.test(bytes.toString("latin1", 0, 16));
    if (isDocument) chunks.push(bytes);
  }
  return isDocument ? Buffer.concat(chunks) : undefined;
}

function resolveLink(name: string, link: string, isRelative: boolean): string {
  if (!isRelative) return link;
  return new URL(link, `file:///${name}`).pathname.slice(1);
}
