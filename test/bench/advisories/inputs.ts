import { existsSync, globSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readZip, SAMPLE_ADVISORIES } from "@tidewaiter/advisories";
import { buildZip } from "../../support/zip-archive.ts";

/** Records of the large set: about what the whole public data of eleven ecosystems held without malware. */
const RECORDS = 259_000;
const LARGER_SAMPLE = fileURLToPath(new URL("../../../../shared/data/osv/", import.meta.url));

export function benchFolder(): string {
  const base = process.env.TIDEWAITER_BENCH_CACHE ?? join(tmpdir(), "tidewaiter-bench-cache");
  const folder = join(base, "advisories");
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The larger sample where it lies beside the repository, else the one that comes with the code. */
export function sampleFolder(): string {
  return existsSync(LARGER_SAMPLE) ? LARGER_SAMPLE : SAMPLE_ADVISORIES;
}

/** The sample so many times over, every copy but the first under other ids and names. Built once. */
export function buildLargeSet(): string {
  const folder = join(benchFolder(), basename(dirname(join(sampleFolder(), "x"))));
  if (existsSync(join(folder, "complete"))) return folder;
  const zips = globSync("*/all.zip", { cwd: sampleFolder() }).sort();
  const records = new Map(zips.map((zip) => [zip, readAll(join(sampleFolder(), zip))]));
  const total = [...records.values()].reduce((sum, files) => sum + files.length, 0);
  const copies = Math.ceil(RECORDS / total);
  for (const [zip, files] of records) {
    for (let copy = 0; copy < copies; copy += 1) writeCopy(join(folder, `${dirname(zip)}-${copy}`), files, copy);
  }
  writeFileSync(join(folder, "complete"), "");
  return folder;
}

interface SampleFile {
  readonly name: string;
  readonly text: string;
}

function readAll(path: string): SampleFile[] {
  return [...readZip(path)].map(({ name, bytes }) => ({ name, text: bytes.toString("utf8") }));
}

function writeCopy(folder: string, files: readonly SampleFile[], copy: number): void {
  mkdirSync(folder, { recursive: true });
  const renamed = files.map(({ name, text }) => [
    `${copy}-${name}`,
    copy === 0 ? text : rename(JSON.parse(text), copy),
  ]);
  writeFileSync(join(folder, "all.zip"), buildZip(Object.fromEntries(renamed)));
}

interface Renamed {
  id: string;
  aliases?: string[];
  upstream?: string[];
  related?: string[];
  affected?: { package?: { name: string } }[];
}

function rename(record: Renamed, copy: number): string {
  const other = (id: string): string => `${id}${copy}`;
  record.id = other(record.id);
  record.aliases = record.aliases?.map(other);
  record.upstream = record.upstream?.map(other);
  record.related = record.related?.map(other);
  for (const { package: named } of record.affected ?? []) if (named) named.name = `${named.name}-${copy}`;
  return JSON.stringify(record);
}
