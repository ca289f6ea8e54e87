import { type AskedVersion, askVersion } from "../osv/asked-version.ts";
import type { RuleGroup, Stretch } from "../store/rule-group.ts";
import type { PackageAdvisories } from "../store/stored.ts";
import { compareVersions, readVersion } from "../versions/scheme.ts";

/** A rule that the version falls under: by a range or by an entry of a list. */
export interface Hit {
  readonly group: RuleGroup;
  readonly version: string;
  readonly fixed: string | undefined;
  readonly stretch: Stretch | undefined;
  /** The entry of a list that the version equals. */
  readonly listed: string | undefined;
  /** True when the version could not be read, so that order is no more than a guess. */
  readonly isGuess: boolean;
}

/** The rules of a package that the version falls under (OSV schema, "Evaluation"): by their lists or by any of their ranges. */
export function evaluate({ scheme, groups }: PackageAdvisories, version: string): Hit[] {
  const asked = askVersion(scheme, version);
  const isInOrder = scheme.isOutOfOrder?.(version) !== true;
  const isGuess = asked.in(scheme).parts === undefined;
  const hits: Hit[] = [];
  for (const group of groups) {
    const stretch = isInOrder ? group.find(asked) : undefined;
    const listed = stretch ? undefined : findListed(group, asked, scheme);
    if (stretch || listed !== undefined) hits.push({ group, version, fixed: stretch?.fixed, stretch, listed, isGuess });
  }
  return hits;
}

function findListed(group: RuleGroup, asked: AskedVersion, scheme: PackageAdvisories["scheme"]): string | undefined {
  const version = asked.in(scheme);
  return group.facts.v?.find(
    (entry) => entry === asked.text || compareVersions(scheme, version, readVersion(scheme, entry)) === 0,
  );
}

/** Why a rule holds for the version, as a sentence. */
export function describeHit({ version, fixed, stretch, listed }: Hit): string {
  if (!stretch) return `${version} is listed as ${listed}`;
  const end = fixed === undefined ? "with no fix" : `fixed in ${fixed}`;
  return `${version} is in the range from ${stretch.introduced}, ${end} (${stretch.order} order)`;
}
