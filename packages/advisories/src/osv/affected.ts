import { createVersionReader } from "../versions/scheme.ts";
import { askVersion } from "./asked-version.ts";
import { normaliseName, schemeOf } from "./ecosystems.ts";
import { field, list, text, texts } from "./json.ts";
import { findStretch, readyRange, type VersionRange } from "./range.ts";
import { readCvss, type SeverityFacts, severityOfWord } from "./severity.ts";

const MAX_EVENTS = 4_000;
const MAX_VERSIONS = 20_000;

/** Facts of one affected package that matching needs; stored as JSON with these short keys, hundreds of thousands of times. */
export interface AffectedRule {
  /** Ranges of versions. */
  readonly r?: readonly VersionRange[];
  /** Single versions that no range covers. */
  readonly v?: readonly string[];
  readonly severity?: SeverityFacts;
  /** Why there is no fix, where the publisher says so. */
  readonly state?: string;
  /** True when the record names the affected symbols. */
  readonly symbols?: true;
  /** True when the record's versions do not fit the ecosystem's order. */
  readonly odd?: true;
}

export interface AffectedPackage {
  readonly ecosystem: string;
  readonly name: string;
  readonly rule: AffectedRule;
}

/** One `affected` entry, or undefined when it names no package (commit ranges only) or no version at all. */
export function readAffected(entry: unknown): AffectedPackage | undefined {
  const ecosystem = text(field(field(entry, "package"), "ecosystem"));
  const name = text(field(field(entry, "package"), "name"));
  if (!ecosystem || !name || name.length > 1024) return undefined;
  const ranges = list(field(entry, "ranges")).flatMap((range) => readRange(range) ?? []);
  const versions = uncovered(ecosystem, ranges, texts(field(entry, "versions")).slice(0, MAX_VERSIONS));
  if (ranges.length === 0 && versions.length === 0) return undefined;
  const specific = field(entry, "ecosystem_specific");
  const rule: AffectedRule = {
    r: ranges.length > 0 ? ranges : undefined,
    v: versions.length > 0 ? versions : undefined,
    severity: readEntrySeverity(entry, ecosystem),
    state: text(field(specific, "state")) ?? text(field(specific, "nodsa_reason")),
    symbols: list(field(specific, "imports")).length > 0 || undefined,
    odd: list(field(specific, "custom_ranges")).length > 0 || undefined,
  };
  return { ecosystem, name: normaliseName(ecosystem, name), rule };
}

function readRange(range: unknown): VersionRange | undefined {
  const type = text(field(range, "type"));
  if (type !== "SEMVER" && type !== "ECOSYSTEM") return undefined;
  const events: [string, string][] = [];
  for (const event of list(field(range, "events")).slice(0, MAX_EVENTS)) {
    for (const [name, code] of EVENTS) {
      const version = text(field(event, name));
      // Stored ranges part their events by line ends, which no version has.
      if (version) events.push([code, version.replaceAll("\n", " ")]);
    }
  }
  return events.some(([code]) => code === "i") ? { k: type === "SEMVER" ? "s" : "e", e: events } : undefined;
}

const EVENTS = [
  ["introduced", "i"],
  ["fixed", "f"],
  ["last_affected", "l"],
  ["limit", "m"],
] as const;

/** The listed versions that no range covers: the others would only take room. */
function uncovered(ecosystem: string, ranges: readonly VersionRange[], versions: readonly string[]): readonly string[] {
  if (ranges.length === 0 || versions.length === 0) return versions;
  const ready = ranges.map((range) => readyRange(schemeOf(ecosystem), range));
  const read = createVersionReader();
  const isCovered = (text: string): boolean => {
    const ask = askVersion(schemeOf(ecosystem), text);
    return ready.some((range) => findStretch(range, ask.in(range.scheme), read));
  };
  return versions.filter((version) => !isCovered(version));
}

function readEntrySeverity(entry: unknown, ecosystem: string): SeverityFacts | undefined {
  const cvss = readCvss(field(entry, "severity"));
  const specific = field(entry, "ecosystem_specific");
  const word = severityOfWord(text(field(specific, "urgency")) ?? text(field(specific, "severity")));
  if (!cvss && !word) return undefined;
  return { cvss, word, wordSource: word && ecosystem.toLowerCase().split(":")[0] };
}
