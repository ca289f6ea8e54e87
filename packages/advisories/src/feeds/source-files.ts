import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { BrokerError } from "@tidewaiter/runtime/errors";
import { field } from "../osv/json.ts";
import { readZip, type ZipLimits } from "../osv/zip.ts";
import type { EnrichmentFiles } from "./enrichment.ts";

/** Files that hold OSV records, under one folder. */
export interface SourceFiles {
  readonly zips: readonly string[];
  readonly documents: readonly string[];
  /** Files that lie beside the records, told by their usual names. */
  readonly enrichment: EnrichmentFiles;
}

const ENRICHMENT_NAMES: readonly (readonly [keyof EnrichmentFiles, RegExp])[] = [
  ["kev", /^known_exploited_vulnerabilities\.json$/],
  ["epss", /^epss_scores-[\w-]+\.csv(\.gz)?$/],
  ["debianTracker", /^debian-tracker\.json$/],
];

const MAX_DEPTH = 4;
const MAX_FILES = 2_000_000;

/**
 * Finds records under a path: a zip, a JSON document, or a folder of both in the layout of the public bucket
 * (`<ecosystem>/all.zip`) or any other of a few levels. Files whose names begin with `_` or `.` are passed over.
 *
 * @throws {BrokerError} ADVISORIES_MISSING when the path does not exist or holds nothing of the kind.
 */
export function findSourceFiles(path: string): SourceFiles {
  const zips: string[] = [];
  const documents: string[] = [];
  const enrichment: { -readonly [K in keyof EnrichmentFiles]: string } = {};
  const visit = (place: string, depth: number): void => {
    if (isFolder(place)) {
      if (depth > MAX_DEPTH) return;
      for (const name of readdirSync(place).sort()) if (!/^[._]/.test(name)) visit(join(place, name), depth + 1);
      return;
    }
    const kind = ENRICHMENT_NAMES.find(([, name]) => name.test(basename(place)))?.[0];
    if (kind) enrichment[kind] = place;
    else if (place.endsWith(".zip")) zips.push(place);
    else if (place.endsWith(".json")) documents.push(place);
    if (documents.length > MAX_FILES) throw new BrokerError("ADVISORIES_INVALID", `${path} holds too many files`);
  };
  visit(path, 0);
  if (zips.length + documents.length + Object.keys(enrichment).length > 0) return { zips, documents, enrichment };
  throw new BrokerError("ADVISORIES_MISSING", `${path} holds no advisory records`, {
    likely: "the folder has another layout than <ecosystem>/all.zip or <ecosystem>/<id>.json",
    action: "name the folder that holds the ecosystems",
  });
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw new BrokerError("ADVISORIES_MISSING", `${path} cannot be read`, { cause: error });
  }
}

/**
 * Every JSON document of the files, parsed, with the name to blame for it. A document that is no JSON refuses the whole
 * set, and so does an id that one archive holds twice: somebody made that archive to have two answers.
 */
export function* readDocuments(
  files: SourceFiles,
  limits?: ZipLimits,
): Generator<{ origin: string; document: unknown }> {
  for (const zip of files.zips) {
    const ids = new Set<unknown>();
    for (const { name, bytes } of readZip(zip, limits)) {
      if (!name.endsWith(".json")) continue;
      const document = parseDocument(name, bytes);
      const id = field(document, "id");
      if (id !== undefined && ids.has(id))
        throw new BrokerError("ADVISORIES_INVALID", `${basename(zip)} holds the id of ${name} twice`);
      ids.add(id);
      yield { origin: name, document };
    }
  }
  for (const path of files.documents) {
    yield { origin: basename(path), document: parseDocument(basename(path), readFileSync(path)) };
  }
}

function parseDocument(name: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    throw new BrokerError("ADVISORIES_INVALID", `${name} is no JSON document`, { cause: error });
  }
}
