import type { KeyObject } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BrokerError, createDispatcher, type OutboundOptions, type RetryPolicy } from "@tidewaiter/runtime";
import type { Dispatcher } from "undici";
import { PUBLIC_BUCKET } from "../settings.ts";
import type { BucketOptions } from "./bucket.ts";
import type { BuildReport } from "./build.ts";
import { importBundle } from "./bundle.ts";
import { fetchExtras, findBundle, resolveSource } from "./sources.ts";
import { buildInWorker } from "./store-tasks.ts";

export interface UpdateOptions {
  /** The database file; what was fetched stays in a folder beside it, so that the next update is short. */
  readonly path: string;
  /** URLs of buckets, folders, zips or one tar; the public bucket when empty. */
  readonly sources: readonly string[];
  readonly ecosystems: readonly string[];
  readonly kevUrl?: string;
  readonly epssUrl?: string;
  readonly debianTrackerUrl?: string;
  readonly outbound?: OutboundOptions;
  readonly maxDownloadBytes?: number;
  readonly maxDeltas?: number;
  readonly retryPolicy?: RetryPolicy;
  readonly isForced?: boolean;
  /** With it, a bundle is taken only when its owner signed it. */
  readonly publicKey?: KeyObject;
  readonly now?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: UpdateProgress) => void;
}

/** What an update does at the moment: bytes of a file, or records of the import. */
export interface UpdateProgress {
  readonly step: string;
  readonly unit: "bytes" | "records";
  readonly done: number;
  readonly total?: number;
}

const DEFAULTS = { maxDownloadBytes: 4_000_000_000, maxDeltas: 500 };

/**
 * Fetches what changed, builds a new database in a worker and swaps it in. The present one stays in use until then, and
 * for good when anything fails.
 *
 * @throws {BrokerError} UNAVAILABLE, ADVISORIES_INVALID, ADVISORIES_MISSING, CANCELLED.
 */
export async function updateAdvisories(options: UpdateOptions): Promise<BuildReport> {
  const dispatcher = createDispatcher(options.outbound ?? {});
  try {
    return await update(options, dispatcher);
  } finally {
    await dispatcher.close();
  }
}

async function update(options: UpdateOptions, dispatcher: Dispatcher): Promise<BuildReport> {
  const { path, ecosystems, isForced, onProgress, signal = new AbortController().signal } = options;
  const cache = join(dirname(path), "advisory-downloads");
  const steps = createSteps(options);
  const bucket: BucketOptions = {
    dispatcher,
    signal,
    ecosystems,
    maxBytes: options.maxDownloadBytes ?? DEFAULTS.maxDownloadBytes,
    maxDeltas: options.maxDeltas ?? DEFAULTS.maxDeltas,
    now: options.now ?? Date.now(),
    retryPolicy: options.retryPolicy,
    onStep: steps.begin,
    onBytes: steps.onBytes,
  };
  await mkdir(cache, { recursive: true, mode: 0o700 });
  const wanted = options.sources.length > 0 ? options.sources : [PUBLIC_BUCKET];
  const bundle = await findBundle(wanted, cache, bucket);
  if (bundle) return { duplicates: 0, skipped: 0, ...(await importBundle(bundle, path, { ...options, signal })) };
  const sources: string[] = [];
  for (const source of wanted) sources.push(...(await resolveSource(source, cache, bucket)));
  sources.push(...(await fetchExtras(options, cache, bucket)));
  const filter = ecosystems.includes("*") ? undefined : ecosystems;
  const onRecords = (done: number): void => onProgress?.({ step: "import", unit: "records", done });
  try {
    return await buildInWorker(path, { sources, ecosystems: filter, isForced, identity: wanted }, signal, onRecords);
  } catch (error) {
    // Damaged files must not be found unchanged by the next update.
    if (error instanceof BrokerError && error.code === "ADVISORIES_INVALID")
      await rm(cache, { recursive: true, force: true });
    throw error;
  }
}

function createSteps({ onProgress }: UpdateOptions) {
  let step = "advisories";
  return {
    begin(name: string): void {
      step = name;
      onProgress?.({ step, unit: "bytes", done: 0 });
    },
    onBytes: (done: number, total: number | undefined): void => onProgress?.({ step, unit: "bytes", done, total }),
  };
}
