import { createHash } from "node:crypto";
import { BrokerError } from "@tidewaiter/runtime/errors";
import { readRecord } from "../osv/record.ts";
import type { ZipLimits } from "../osv/zip.ts";
import { builtAt, compareStores, recordChanges, type StoreChanges } from "../store/changes.ts";
import { checkSuccessor } from "../store/successor.ts";
import { replaceFile } from "../store/swap.ts";
import { createStoreWriter, type StoreWriter } from "../store/writer.ts";
import { importEnrichment } from "./enrichment.ts";
import { findSourceFiles, readDocuments } from "./source-files.ts";

export interface BuildOptions {
  /** Folders, zips or documents, with KEV, EPSS and Debian tracker files beside them, in the order in which the first of two equal ids wins. */
  readonly sources: readonly string[];
  /** Only these ecosystems (`Debian`, `npm` ...); all when left out. */
  readonly ecosystems?: readonly string[];
  readonly zipLimits?: ZipLimits;
  /** When the data was made, ISO 8601; now when left out. */
  readonly builtAt?: string;
  /** True to take data that is older than the present. */
  readonly isForced?: boolean;
  /** What tells this selection of data from another; the sources themselves when left out. */
  readonly identity?: readonly string[];
  readonly onProgress?: (records: number) => void;
}

export interface BuildReport {
  readonly records: number;
  /** Records that came again under an id that was there. */
  readonly duplicates: number;
  /** Documents without an id or a time, or of other ecosystems only. */
  readonly skipped: number;
  /** What differs from the database before; undefined when there was none. */
  readonly changes?: StoreChanges;
}

const PROGRESS_EVERY = 1_000;

/**
 * Builds the database at `path` from OSV records on this machine, beside the one that is there, and swaps. It blocks
 * the thread: services call `updateAdvisories`, which does this in a worker.
 *
 * @throws {BrokerError} ADVISORIES_INVALID for damaged or older data, ADVISORIES_MISSING for none; the present file then stays.
 */
export function buildAdvisoryStore(path: string, options: BuildOptions): BuildReport {
  return replaceFile(path, (draft) => {
    const report = writeStore(draft, options);
    if (!options.isForced) checkSuccessor(path, draft);
    const changes = compareStores(path, draft);
    recordChanges(draft, builtAt(path), changes);
    return { ...report, changes };
  });
}

function writeStore(draft: string, options: BuildOptions): BuildReport {
  const writer = createStoreWriter(draft);
  try {
    const report = fill(writer, options);
    if (report.records === 0) throw new BrokerError("ADVISORIES_INVALID", "the sources hold no usable record");
    writer.setMeta("built", options.builtAt ?? new Date().toISOString());
    writer.setMeta("filter", (options.ecosystems ?? []).toSorted().join(","));
    // A hash, as addresses may carry credentials.
    writer.setMeta(
      "sources",
      createHash("sha256")
        .update((options.identity ?? options.sources).join("\n"))
        .digest("hex"),
    );
    writer.finish();
    return report;
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

function fill(writer: StoreWriter, { sources, ecosystems, zipLimits, onProgress }: BuildOptions): BuildReport {
  const wanted = ecosystems && ecosystems.length > 0 ? new Set(ecosystems) : undefined;
  let [duplicates, skipped] = [0, 0];
  for (const source of sources) {
    const files = findSourceFiles(source);
    importEnrichment(writer, files.enrichment);
    for (const { document } of readDocuments(files, zipLimits)) {
      const record = readRecord(document, wanted);
      if (!record) skipped += 1;
      else if (!writer.add(record)) duplicates += 1;
      else if (writer.records % PROGRESS_EVERY === 0) onProgress?.(writer.records);
    }
  }
  return { records: writer.records, duplicates, skipped };
}
