import { type AskedVersion, askVersion } from "../osv/asked-version.ts";
import { findStretch } from "../osv/range.ts";
import type { RuleGroup } from "../store/rule-group.ts";
import type { PackageAdvisories } from "../store/stored.ts";
import { compareVersions, readVersion } from "../versions/scheme.ts";

/** A rule that the version falls under. */
export interface Hit {
  readonly group: RuleGroup;
  readonly version: string;
  readonly fixed?: string;
  /** Where the stretch begins that holds the version, and in which order; undefined for a hit in a list. */
  readonly stretch?: { readonly introduced: string; readonly order: string };
  /** The entry of a list that the version equals. */
  readonly listed?: string;
  /** True when the version could not be read, so that order is no more than a guess. */
  readonly isGuess: boolean;
}

/** The rules of a package that the version falls under (OSV schema, "Evaluation"): by their lists or by any of their ranges. */
export function evaluate({ scheme, groups }: PackageAdvisories, text: string): Hit[] {
  const asked = askVersion(scheme, text);
  const isInOrder = scheme.isOutOfOrder?.(text) !== true;
  const hits: Hit[] = [];
  for (const group of groups) {
    const hit = (isInOrder ? findInRanges(group, asked) : undefined) ?? findInList(group, asked, scheme);
    if (hit) hits.push({ ...hit, isGuess: asked.in(scheme).parts === undefined });
  }
  return hits;
}

type Place = Omit<Hit, "isGuess">;

function findInRanges(group: RuleGroup, asked: AskedVersion): Place | undefined {
  for (const range of group.ranges) {
    const found = findStretch(range, asked.in(range.scheme));
    if (!found) continue;
    const stretch = { introduced: found.introduced, order: range.scheme.name };
    return { group, version: asked.text, fixed: found.fixed, stretch };
  }
  return undefined;
}

function findInList(group: RuleGroup, asked: AskedVersion, scheme: PackageAdvisories["scheme"]): Place | undefined {
  const version = asked.in(scheme);
  const listed = group.facts.v?.find(
    (entry) => entry === asked.text || compareVersions(scheme, version, readVersion(scheme, entry)) === 0,
  );
  return listed === undefined ? undefined : { group, version: asked.text, listed };
}

/** Why a rule holds for the version, as a sentence. */
export function describeHit({ version, fixed, stretch, listed }: Hit): string {
  if (!stretch) return `${version} is listed as ${listed}`;
  const end = fixed === undefined ? "with no fix" : `fixed in ${fixed}`;
  return `${version} is in the range from ${stretch.introduced}, ${end} (${stretch.order} order)`;
}
