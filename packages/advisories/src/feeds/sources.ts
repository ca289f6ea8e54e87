import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, join } from "node:path";
import { BrokerError } from "@tidewaiter/runtime";
import { unpackArchive } from "./archive.ts";
import { type BucketOptions, fetchBucket } from "./bucket.ts";
import { isBundle } from "./bundle.ts";
import { downloadFile } from "./download.ts";
import { describeUrl } from "./http-get.ts";

/** Paths that can be imported, for a source of any kind. */
export async function resolveSource(source: string, cache: string, bucket: BucketOptions): Promise<string[]> {
  const folder = join(cache, cacheName(source));
  if (await isTar(source))
    return [await unpackArchive(await fetchArchive(source, cache, bucket), folder, bucket.signal)];
  if (!isUrl(source)) return [requireThere(source)];
  if (source.endsWith(".zip")) return [await fetchArchive(source, cache, bucket)];
  return await fetchBucket(source, folder, bucket);
}

/** A bundle is a whole database, so it is the only source. */
export async function findBundle(
  sources: readonly string[],
  cache: string,
  bucket: BucketOptions,
): Promise<string | undefined> {
  const [source] = sources;
  if (sources.length !== 1 || !source || !(await isTar(source))) return undefined;
  const path = await fetchArchive(source, cache, bucket);
  return (await isBundle(path)) ? path : undefined;
}

/** The archive on this machine. */
async function fetchArchive(source: string, cache: string, bucket: BucketOptions): Promise<string> {
  if (!isUrl(source)) return requireThere(source);
  const { pathname } = new URL(source);
  const file = join(cache, `${cacheName(source)}-${basename(pathname)}`);
  bucket.onStep?.(`advisories from ${describeUrl(source)}`);
  await downloadFile(source, file, bucket);
  return file;
}

function cacheName(source: string): string {
  return createHash("sha256").update(source).digest("hex").slice(0, 24);
}

function isUrl(source: string): boolean {
  return /^https?:\/\//.test(source);
}

/** By the name, which is all that an address tells, or by the mark that every tar bears at this place (POSIX ustar). */
async function isTar(source: string): Promise<boolean> {
  if (/\.tar(\.gz|\.zst)?$/.test(source.split("?")[0] ?? "")) return true;
  if (isUrl(source) || !statSync(source, { throwIfNoEntry: false })?.isFile()) return false;
  const file = await open(source);
  try {
    const { buffer } = await file.read({ buffer: Buffer.alloc(5), position: 257 });
    return buffer.toString("latin1") === "ustar";
  } finally {
    await file.close();
  }
}

function requireThere(path: string): string {
  if (existsSync(path)) return path;
  throw new BrokerError("ADVISORIES_MISSING", `${path} does not exist`, {
    likely: "TIDEWAITER_ADVISORY_SOURCES names a folder of another machine, or has a typing error",
    action: "name a folder, an archive or a URL that can be reached from here",
  });
}

export interface ExtraUrls {
  readonly kevUrl?: string;
  readonly epssUrl?: string;
  readonly debianTrackerUrl?: string;
}

/** Files beside the records, under the names by which the import knows them. */
export async function fetchExtras(options: ExtraUrls, cache: string, bucket: BucketOptions): Promise<string[]> {
  const folder = join(cache, "extras");
  const extras = [
    [options.kevUrl, "known_exploited_vulnerabilities.json"],
    [options.epssUrl, "epss_scores-current.csv.gz"],
    [options.debianTrackerUrl, "debian-tracker.json"],
  ] as const;
  const files: string[] = [];
  for (const [url, name] of extras) {
    if (!url) continue;
    bucket.onStep?.(name);
    await downloadFile(url, join(folder, name), bucket);
    files.push(join(folder, name));
  }
  return files;
}
