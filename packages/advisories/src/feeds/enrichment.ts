import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { BrokerError } from "@tidewaiter/runtime/errors";
import { z } from "zod";
import { field, text } from "../osv/json.ts";
import type { StoreWriter } from "../store/writer.ts";

const MAX_EPSS_BYTES = 256 * 1024 * 1024;

/** Files beside the OSV records; each may be missing. */
export interface EnrichmentFiles {
  /** CISA's catalogue of known exploited vulnerabilities, JSON. */
  readonly kev?: string;
  /** EPSS scores of a day, CSV, also gzipped. */
  readonly epss?: string;
  /** Debian's security tracker, JSON: why issues have no fix. */
  readonly debianTracker?: string;
}

const kevSchema = z.object({
  catalogVersion: z.string(),
  vulnerabilities: z.array(
    z.object({
      cveID: z.string(),
      dateAdded: z.string(),
      dueDate: z.string().optional(),
      knownRansomwareCampaignUse: z.string().optional(),
    }),
  ),
});

/** @throws {BrokerError} ADVISORIES_INVALID for a file of another kind. */
export function importEnrichment(writer: StoreWriter, { kev, epss, debianTracker }: EnrichmentFiles): void {
  if (kev) importKev(writer, kev);
  if (epss) importEpss(writer, epss);
  if (debianTracker) importDebianTracker(writer, debianTracker);
}

/** Damaged packing is the file's fault, not ours. */
function unzip(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_EPSS_BYTES });
  } catch (error) {
    throw new BrokerError("ADVISORIES_INVALID", "the EPSS file is damaged", { cause: error });
  }
}

function importKev(writer: StoreWriter, path: string): void {
  const parsed = kevSchema.safeParse(parseFile(path));
  if (!parsed.success)
    throw new BrokerError("ADVISORIES_INVALID", "the catalogue of exploited vulnerabilities has another form");
  for (const { cveID, dateAdded, dueDate, knownRansomwareCampaignUse } of parsed.data.vulnerabilities) {
    writer.addExploited(cveID, dateAdded, dueDate, knownRansomwareCampaignUse === "Known");
  }
  writer.setMeta("kev", parsed.data.catalogVersion);
}

/** Lines of `cve,epss,percentile` below a comment that dates them. */
function importEpss(writer: StoreWriter, path: string): void {
  const lines = readText(path).split("\n");
  const date = /score_date:(\d{4}-\d{2}-\d{2})/.exec(lines[0] ?? "")?.[1];
  const scores = lines.map((line) => line.split(",")).filter(([cve = ""]) => /^CVE-\d{4}-\d+$/.test(cve));
  if (!date || scores.length === 0) throw new BrokerError("ADVISORIES_INVALID", "the EPSS file holds no dated scores");
  for (const [cve = "", score, percentile] of scores) writer.addEpss(cve, Number(score), Number(percentile));
  writer.setMeta("epss", date);
}

function readText(path: string): string {
  const bytes = readFileSync(path);
  return (path.endsWith(".gz") ? unzip(bytes) : bytes).toString("utf8");
}

/** Releases of Debian by the names that the tracker uses. */
const RELEASES: Readonly<Record<string, string>> = {
  buster: "Debian:10",
  bullseye: "Debian:11",
  bookworm: "Debian:12",
  trixie: "Debian:13",
  forky: "Debian:14",
};

/** `source → CVE → releases → { status, urgency, nodsa, nodsa_reason }`; only issues without a fix are kept. */
function importDebianTracker(writer: StoreWriter, path: string): void {
  let rows = 0;
  for (const [source, issues] of entries(parseFile(path))) {
    for (const [cve, issue] of entries(issues)) {
      for (const [codename, facts] of entries(field(issue, "releases"))) {
        const ecosystem = RELEASES[codename];
        if (!ecosystem || text(field(facts, "status")) === "resolved") continue;
        const urgency = text(field(facts, "urgency"));
        const state = text(field(facts, "nodsa_reason")) ?? (field(facts, "nodsa") === undefined ? undefined : "minor");
        writer.addState(ecosystem, source, cve, state ?? text(field(facts, "status")), urgency);
        rows += 1;
      }
    }
  }
  if (rows === 0) throw new BrokerError("ADVISORIES_INVALID", "the Debian tracker file holds no states");
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

function parseFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new BrokerError("ADVISORIES_INVALID", "a file beside the records is no JSON document", { cause: error });
  }
}
