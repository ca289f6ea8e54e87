import type { Finding, Package } from "@tidewaiter/inventory";
import { isDistribution, isReleased, schemeOf } from "../osv/ecosystems.ts";
import { severityOfWord } from "../osv/severity.ts";
import type { Snapshot } from "../store/snapshot.ts";
import type { FixState, StoredAdvisory } from "../store/stored.ts";
import { compareVersionTexts } from "../versions/scheme.ts";
import { type AliasGroups, findAliasGroups } from "./alias-groups.ts";
import type { Match } from "./candidates.ts";
import { isDistributionType } from "./ecosystem-keys.ts";
import { type Flaw, flawsOf } from "./flaws.ts";
import { groupMatches, type Row } from "./rows.ts";
import { resolveSeverity, type Verdict } from "./severity.ts";
import { findingState } from "./state.ts";

const MAX_REFERENCES = 20;

/** One finding for each flaw and package: records of one alias group, and one package at several places, are a single row. */
export function composeFindings(snapshot: Snapshot, matches: readonly Match[], isDead: boolean): Finding[] {
  const records = new Set(matches.map(({ record }) => record));
  const aliases = findAliasGroups(snapshot, records);
  const flaws = new Map([...records].map((record) => [record, flawsOf(aliases, record)]));
  const rows = groupMatches(matches, flaws);
  return rows.map((row) => composeFinding(snapshot, row, siblingsOf(aliases, row), isDead));
}

function composeFinding(snapshot: Snapshot, row: Row, siblings: readonly StoredAdvisory[], isDead: boolean): Finding {
  const { flaw, lead, packages, matches } = row;
  const records = recordsOf(matches);
  const kind = kindOf(records);
  const isSystem = isDistribution(lead.lookup.ecosystem);
  const fixedVersion = chooseFix(matches);
  const published = fixStateOf(snapshot, flaw, lead);
  const reason = published?.state ?? matches.find(({ hit }) => hit.group.facts.state)?.hit.group.facts.state;
  const verdict: Verdict = severityOf(siblings, row, kind, published?.urgency);
  const threat = snapshot.threat(flaw.id);
  const locations = packages.flatMap((found) => found.locations);
  return {
    id: flaw.id,
    aliases: distinct([...flaw.aliases, ...records.map(({ id }) => id)]).filter((alias) => alias !== flaw.id),
    kind,
    severity: verdict.severity,
    severitySource: verdict.severitySource,
    cvss: verdict.cvss,
    package: describePackage(lead.found),
    fixedVersion,
    state: findingState(fixedVersion, reason, isDead && isSystem),
    summary: records.find(({ summary }) => summary)?.summary,
    layer: locations.find(({ layer }) => layer)?.layer,
    locations: distinct(locations.map(({ path }) => path)),
    isKnownExploited: threat.exploited !== undefined,
    epss: threat.epss,
    isLowConfidence: matches.every(isVague),
    dissent: dissentOf(siblings, matches),
    publishedAt: records.flatMap(({ published }) => published ?? []).sort()[0],
    references: distinct(records.flatMap(({ references }) => references)).slice(0, MAX_REFERENCES),
  };
}

function recordsOf(matches: readonly Match[]): readonly StoredAdvisory[] {
  return distinct(matches.map(({ record }) => record));
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
  const silent = siblings.filter(
    ({ number, withdrawn }) => !withdrawn && !matches.some(({ record }) => record.number === number),
  );
  const named = silent.filter(({ number }) =>
    matches.some(({ known }) => known.groups.some(({ advisories }) => advisories.includes(number))),
  );
  return named.length > 0 ? named.map(({ id }) => id) : undefined;
}

function describePackage(found: Package): Finding["package"] {
  const { type, name, namespace, version, purl, source } = found;
  return { type, name, namespace, version, purl, source: source?.name };
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
) {
  if (kind === "malware") return { severity: "critical", severitySource: "malware" } as const;
  const word = severityOfWord(urgency);
  const voices = matches.flatMap(({ record: { id, severity }, hit: { group } }) => {
    const own = { id, facts: severity };
    return group.facts.severity ? [{ id, facts: group.facts.severity }, own] : [own];
  });
  if (word) voices.unshift({ id: flaw.id, facts: { word, wordSource: "debian" } });
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
