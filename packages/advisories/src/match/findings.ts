import type { Finding, Package } from "@tidewaiter/inventory";
import { isDistribution, isReleased, schemeOf } from "../osv/ecosystems.ts";
import { severityOfWord } from "../osv/severity.ts";
import type { Snapshot } from "../store/snapshot.ts";
import type { FixState, StoredAdvisory } from "../store/stored.ts";
import { compareVersionTexts } from "../versions/scheme.ts";
import { type AliasGroups, findAliasGroups } from "./alias-groups.ts";
import type { Match } from "./candidates.ts";
import { createDescriber } from "./described.ts";
import { isDistributionType } from "./ecosystem-keys.ts";
import { type Flaw, flawsOf } from "./flaws.ts";
import { groupMatches, type Row } from "./rows.ts";
import { resolveSeverity, type SeverityVoice, type Verdict } from "./severity.ts";
import { findingState } from "./state.ts";
import { tellOf } from "./told.ts";

/** One finding for each flaw and package: records of one alias group, and one package at several places, are a single row. */
export function composeFindings(snapshot: Snapshot, matches: readonly Match[], isDead: boolean): Finding[] {
  const records = new Set(matches.map(({ record }) => record));
  const aliases = findAliasGroups(snapshot, records);
  const flaws = new Map<StoredAdvisory, readonly Flaw[]>();
  for (const record of records) flaws.set(record, flawsOf(aliases, record));
  const describe = createDescriber();
  return groupMatches(matches, flaws).map((row) =>
    composeFinding(snapshot, row, siblingsOf(aliases, row), isDead, describe),
  );
}

function composeFinding(
  snapshot: Snapshot,
  row: Row,
  siblings: readonly StoredAdvisory[],
  isDead: boolean,
  describe: ReturnType<typeof createDescriber>,
): Finding {
  const { flaw, lead, matches } = row;
  const records = distinct(matches.map(({ record }) => record));
  const kind = kindOf(records);
  const isSystem = isDistribution(lead.lookup.ecosystem);
  const fixedVersion = chooseFix(matches);
  const published = fixStateOf(snapshot, flaw, lead);
  const reason = published?.state ?? matches.find(({ hit }) => hit.group.facts.state)?.hit.group.facts.state;
  const { severity, severitySource, cvss } = severityOf(siblings, row, kind, published?.urgency);
  const { exploited, epss } = snapshot.threat(flaw.id);
  const { package: found, layer, locations } = describe(lead.found, distinct(matches.map((match) => match.found)));
  const { aliases, summary, publishedAt, references } = tellOf(flaw, records);
  return {
    id: flaw.id,
    aliases,
    kind,
    severity,
    severitySource,
    cvss,
    package: found,
    fixedVersion,
    state: findingState(fixedVersion, reason, isDead && isSystem),
    summary,
    layer,
    locations,
    isKnownExploited: exploited !== undefined,
    epss,
    isLowConfidence: matches.every(isVague),
    dissent: dissentOf(siblings, matches),
    publishedAt,
    references,
  };
}

/** Lists here nearly always have one entry. */
function distinct<T>(values: T[]): T[] {
  return values.length < 2 ? values : [...new Set(values)];
}

/** Debian's tracker says more than its OSV records: why there is no fix, and how urgent one is. */
function fixStateOf(snapshot: Snapshot, flaw: Flaw, { lookup }: Match): FixState | undefined {
  return snapshot.fixState(lookup.ecosystem, lookup.name, flaw.id);
}

/** A version or record that is too vague for certainty, or a record for all releases of a distribution at once. */
function isVague({ hit, lookup, found }: Match): boolean {
  const isParent = isDistributionType(found.type) && !lookup.ecosystem.includes(":") && isReleased(lookup.ecosystem);
  return hit.isGuess || hit.group.facts.odd === true || isParent || isUntagged(found, hit.fixed);
}

/** A Go build of a commit that follows no tag says nothing about how it stands to a tagged fix. */
function isUntagged({ type, version }: Package, fixed: string | undefined): boolean {
  if (type !== "golang" || fixed === undefined) return false;
  return UNTAGGED.test(version) && !UNTAGGED.test(fixed);
}

const UNTAGGED = /^v?0\.0\.0-\d{14}-/;

/** Records under the flaw's id: nothing but what matched when no record shares an id. */
function siblingsOf(aliases: AliasGroups, { flaw, matches }: Row): readonly StoredAdvisory[] {
  return matches.some(({ record }) => record.isLinked) ? aliases.named(flaw.id) : [];
}

/** Records of the same flaw that name the package and do not count its version. */
function dissentOf(siblings: readonly StoredAdvisory[], matches: readonly Match[]): string[] | undefined {
  if (siblings.length === 0) return undefined;
  const silent = siblings.filter(
    ({ number, withdrawn }) => !withdrawn && !matches.some(({ record }) => record.number === number),
  );
  const named = silent.filter(({ number }) =>
    matches.some(({ known }) => known.groups.some(({ advisories }) => advisories.includes(number))),
  );
  return named.length > 0 ? named.map(({ id }) => id) : undefined;
}

/** Malware and notices are apart from vulnerabilities; where one record of the group is a vulnerability, the flaw is one. */
function kindOf(records: readonly StoredAdvisory[]): Finding["kind"] {
  if (records.some(({ kind }) => kind === "malware")) return "malware";
  return records.every(({ kind }) => kind === "notice") ? "notice" : "vulnerability";
}

function severityOf(
  siblings: readonly StoredAdvisory[],
  { flaw, lead, matches }: Row,
  kind: Finding["kind"],
  urgency: string | undefined,
): Verdict {
  if (kind === "malware") return { severity: "critical", severitySource: "malware" };
  const voices: SeverityVoice[] = [];
  const word = severityOfWord(urgency);
  if (word) voices.push({ id: flaw.id, severity: { word, wordSource: "debian" } });
  for (const { record, hit } of matches) {
    const { severity } = hit.group.facts;
    if (severity) voices.push({ id: record.id, severity });
    voices.push(record);
  }
  return resolveSeverity(voices, siblings, isDistribution(lead.lookup.ecosystem));
}

/** The smallest version that ends the flaw by every record that names a fix: each record's nearest, and of these the highest. */
function chooseFix(matches: readonly Match[]): string | undefined {
  const [first, ...others] = matches;
  if (!first || others.length === 0) return first?.hit.fixed;
  const nearest = new Map<number, string>();
  const order = (a: string, b: string): number => compareVersionTexts(schemeOf(first.lookup.ecosystem), a, b);
  for (const { record, hit } of matches) {
    const known = nearest.get(record.number);
    if (hit.fixed !== undefined && (known === undefined || order(hit.fixed, known) < 0))
      nearest.set(record.number, hit.fixed);
  }
  return [...nearest.values()].sort(order).at(-1);
}
