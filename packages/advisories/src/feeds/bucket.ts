import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { BrokerError, createLimiter } from "@tidewaiter/runtime";
import { type DownloadOptions, downloadFile } from "./download.ts";

/** After this time the whole archive is fetched again, whatever the list of changes says. */
const FULL_AFTER_MS = 7 * 24 * 60 * 60 * 1000;
const PARALLEL_RECORDS = 8;
const MAX_ID_LENGTH = 256;

export interface BucketOptions extends DownloadOptions {
  readonly ecosystems: readonly string[];
  /** Changed records that are worth fetching one by one. */
  readonly maxDeltas: number;
  readonly now: number;
  readonly onStep?: (message: string) => void;
}

/**
 * Brings a local copy of an OSV bucket up to date: whole archives where there are none or much changed, else the changed
 * records that `modified_id.csv` names (OSV docs, "Data dumps").
 *
 * @returns folders to import, changed records before the archives that they replace
 */
export async function fetchBucket(url: string, folder: string, options: BucketOptions): Promise<string[]> {
  const base = url.replace(/\/+$/, "");
  const folders: string[] = [];
  for (const ecosystem of await listEcosystems(base, folder, options)) {
    options.onStep?.(`advisories of ${ecosystem}`);
    folders.push(...(await fetchEcosystem(base, join(folder, ecosystem), ecosystem, options)));
  }
  if (folders.length > 0) return folders;
  throw new BrokerError("ADVISORIES_INVALID", "the bucket holds none of the ecosystems that are wanted");
}

/** `*` stands for all that the bucket lists. */
async function listEcosystems(base: string, folder: string, options: BucketOptions): Promise<string[]> {
  if (!options.ecosystems.includes("*")) return [...options.ecosystems];
  const path = join(folder, "ecosystems.txt");
  await downloadFile(`${base}/ecosystems.txt`, path, options);
  const names = (await readFile(path, "utf8")).split("\n").map((line) => line.trim());
  // `Debian:12` and the like are parts of `Debian`.
  return names.filter((name) => /^[A-Za-z][\w .-]*$/.test(name));
}

async function fetchEcosystem(
  base: string,
  folder: string,
  ecosystem: string,
  options: BucketOptions,
): Promise<string[]> {
  const [archive, deltas] = [join(folder, "all.zip"), join(folder, "changed")];
  const address = `${base}/${encodeURIComponent(ecosystem)}`;
  const changed = await listChanges(address, folder, archive, options);
  if (changed && changed.length <= options.maxDeltas) {
    await fetchRecords(address, changed, deltas, options);
    return (await holdsRecords(deltas)) ? [deltas, archive] : [archive];
  }
  // The list first: what changes while the archive is fetched then counts as changed after it.
  const hasList = await fetchIfThere(`${address}/modified_id.csv`, join(folder, NEW_LIST), options);
  await rm(join(folder, BASE_LIST), { force: true });
  if (!(await fetchIfThere(`${address}/all.zip`, archive, options))) return [];
  await rm(deltas, { recursive: true, force: true });
  if (hasList) await copyFile(join(folder, NEW_LIST), join(folder, BASE_LIST));
  return [archive];
}

/** The list of changes that belongs to the archive, and the newest one. */
const [BASE_LIST, NEW_LIST] = ["modified_id.csv", "modified_id.new.csv"];

/** Ids that changed since the archive was fetched; undefined when the archive itself is due. */
async function listChanges(
  address: string,
  folder: string,
  archive: string,
  options: BucketOptions,
): Promise<string[] | undefined> {
  const fetchedAt = await changeTime(archive);
  const base = join(folder, BASE_LIST);
  if (fetchedAt === undefined || options.now - fetchedAt > FULL_AFTER_MS || !existsSync(base)) return undefined;
  const next = join(folder, NEW_LIST);
  if (!(await fetchIfThere(`${address}/modified_id.csv`, next, options))) return undefined;
  return changedIds(await readFile(base, "utf8"), await readFile(next, "utf8"));
}

/** False when the other side has no such file: a mirror need not have everything. */
async function fetchIfThere(url: string, path: string, options: DownloadOptions): Promise<boolean> {
  try {
    await downloadFile(url, path, options);
    return true;
  } catch (error) {
    if (error instanceof BrokerError && error.code === "NOT_FOUND") return false;
    throw error;
  }
}

/** Ids of the lines `timestamp,id` that the newer list has and the older has not. */
export function changedIds(older: string, newer: string): string[] {
  const known = new Set(older.split("\n").map((line) => line.trim()));
  const lines = newer.split("\n").map((line) => line.trim());
  return lines.flatMap((line) => (line === "" || known.has(line) ? [] : (line.split(",")[1] ?? []))).filter(isSafeId);
}

/** Ids become file names and addresses. */
function isSafeId(id: string): boolean {
  return id.length <= MAX_ID_LENGTH && /^[A-Za-z0-9][\w.:+-]*$/.test(id) && !id.includes("..");
}

async function fetchRecords(
  address: string,
  ids: readonly string[],
  folder: string,
  options: BucketOptions,
): Promise<void> {
  if (ids.length === 0) return;
  await mkdir(folder, { recursive: true });
  const limiter = createLimiter(PARALLEL_RECORDS);
  // A record that was taken back since the list was made is no reason to do without the others.
  const fetchOne = (id: string): Promise<boolean> =>
    fetchIfThere(`${address}/${encodeURIComponent(id)}.json`, join(folder, `${id.replaceAll(":", "_")}.json`), options);
  await Promise.all(ids.map((id) => limiter.run(() => fetchOne(id), options.signal)));
}

async function holdsRecords(folder: string): Promise<boolean> {
  return existsSync(folder) && (await readdir(folder)).some((name) => name.endsWith(".json"));
}

async function changeTime(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return undefined;
  }
}
