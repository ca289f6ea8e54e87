import { type AffectedPackage, readAffected } from "./affected.ts";
import { baseEcosystem } from "./ecosystems.ts";
import { field, list, text, texts } from "./json.ts";
import { type AdvisoryKind, kindOf } from "./kind.ts";
import { readCvss, readUbuntuWord, type SeverityFacts, severityOfWord } from "./severity.ts";

const MAX_SUMMARY = 300;
const MAX_REFERENCES = 6;
/** Publishers that name the CVEs of a bulletin as `related`, where the schema wants `upstream`. */
const BULLETINS = /^(ALSA|RLSA|RHSA|SUSE-SU|openSUSE-SU|ELSA)-/;

/** What is kept of one OSV record (schema 1.6 to 1.7). */
export interface AdvisoryRecord {
  readonly id: string;
  readonly modified: string;
  readonly published?: string;
  readonly withdrawn?: string;
  readonly kind: AdvisoryKind;
  readonly summary?: string;
  readonly severity: SeverityFacts;
  /** The same flaw under other names. */
  readonly aliases: readonly string[];
  /** Flaws that this record is about: one way only. */
  readonly upstream: readonly string[];
  readonly references: string[];
  readonly affected: readonly AffectedPackage[];
}

/** Reads a parsed OSV document; undefined when it has no usable `id` or `modified`, or no package of the `wanted` ecosystems. Unknown keys are ignored, as the schema asks. */
export function readRecord(document: unknown, wanted?: ReadonlySet<string>): AdvisoryRecord | undefined {
  const id = text(field(document, "id"));
  const modified = text(field(document, "modified"));
  if (!id || id.length > 256 || !modified) return undefined;
  const related = BULLETINS.test(id) ? texts(field(document, "related")).filter((name) => name.startsWith("CVE-")) : [];
  const affected = list(field(document, "affected"))
    .flatMap((entry) => readAffected(entry) ?? [])
    .filter(({ ecosystem }) => !wanted || wanted.has(baseEcosystem(ecosystem)));
  if (wanted && affected.length === 0) return undefined;
  return {
    id,
    modified,
    published: readPublished(document),
    withdrawn: text(field(document, "withdrawn")),
    kind: kindOf(id, document),
    summary: readSummary(document),
    severity: readSeverity(id, document),
    aliases: texts(field(document, "aliases")).filter((alias) => alias !== id),
    upstream: [...new Set([...texts(field(document, "upstream")), ...related])],
    references: readReferences(document),
    affected,
  };
}

function readReferences(document: unknown): string[] {
  const urls = list(field(document, "references")).flatMap((entry) => text(field(entry, "url")) ?? []);
  return [...new Set(urls.filter((url) => /^https?:\/\//.test(url)))].slice(0, MAX_REFERENCES);
}

/** Go's records without a date say year one. */
function readPublished(document: unknown): string | undefined {
  const published = text(field(document, "published"));
  return published?.startsWith("0001-") ? undefined : published;
}

/** The summary, or the first sentence of the details where there is none. */
function readSummary(document: unknown): string | undefined {
  const summary = text(field(document, "summary"));
  if (summary) return summary.slice(0, MAX_SUMMARY);
  const details = text(field(document, "details"))
    ?.slice(0, 4 * MAX_SUMMARY)
    .replace(/\s+/g, " ")
    .trim();
  return details ? (/^.*?[.!?](?=\s|$)/.exec(details)?.[0] ?? details).slice(0, MAX_SUMMARY) : undefined;
}

function readSeverity(id: string, document: unknown): SeverityFacts {
  const entries = field(document, "severity");
  const cvss = readCvss(entries);
  const ubuntu = readUbuntuWord(entries);
  if (ubuntu) return { cvss, word: ubuntu, wordSource: "ubuntu" };
  const named = severityOfWord(text(field(field(document, "database_specific"), "severity")));
  if (named) return { cvss, word: named, wordSource: id.startsWith("GHSA-") ? "ghsa" : publisherOf(id) };
  // Red Hat's heirs put the impact before the colon of the summary: "Important: kernel security update".
  const impact = /^(critical|important|moderate|low):/i.exec(text(field(document, "summary")) ?? "");
  if (impact && BULLETINS.test(id)) return { cvss, word: severityOfWord(impact[1]), wordSource: publisherOf(id) };
  return { cvss };
}

/** Short name of who published a record, from the prefix of its id. */
export function publisherOf(id: string): string {
  return (/^[A-Za-z]+/.exec(id)?.[0] ?? "osv").toLowerCase();
}
