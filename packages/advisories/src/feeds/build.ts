import { BrokerError } from "@tidewaiter/runtime";
import { readRecord } from "../osv/record.ts";
import type { ZipLimits } from "../osv/zip.ts";
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
  readonly onProgress?: (records: number) => void;
}

export interface BuildReport {
  readonly records: number;
  /** Records that came again under an id that was there. */
  readonly duplicates: number;
  /** Documents without an id or a time, or of other ecosystems only. */
  readonly skipped: number;
}

const PROGRESS_EVERY = 1_000;

/**
 * Builds the database at `path` from OSV records on this machine, beside the one that is there, and swaps. It blocks
 * the thread: services call `updateAdvisories`, which does this in a worker.
 *
 * @throws {BrokerError} ADVISORIES_INVALID for damaged data, ADVISORIES_MISSING for none; the present file then stays.
 */
export function buildAdvisoryStore(path: string, options: BuildOptions): BuildReport {
  let report: BuildReport = { records: 0, duplicates: 0, skipped: 0 };
  replaceFile(path, (draft) => {
    const writer = createStoreWriter(draft);
    try {
      report = fill(writer, options);
      if (report.records === 0) throw new BrokerError("ADVISORIES_INVALID", "the sources hold no usable record");
      writer.setMeta("built", options.builtAt ?? new Date().toISOString());
      writer.setMeta("filter", (options.ecosystems ?? []).join(","));
    } catch (error) {
      writer.abandon();
      throw error;
    }
    writer.finish();
  });
  return report;
}

function fill(writer: StoreWriter, { sources, ecosystems, zipLimits, onProgress }: BuildOptions): BuildReport {
  const wanted = ecosystems && new Set(ecosystems);
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
