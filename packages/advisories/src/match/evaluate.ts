import { findStretch } from "../osv/range.ts";
import type { Candidate, PackageAdvisories } from "../store/stored.ts";
import { compareVersions, readVersion, type Version } from "../versions/scheme.ts";

/** A candidate that the version falls under. */
export interface Hit {
  readonly candidate: Candidate;
  readonly fixed?: string;
  /** Range or list entry that took the version in, for explanations. */
  readonly reason: string;
  /** True when the version could not be read, so that order is no more than a guess. */
  readonly isGuess: boolean;
}

/** Whether the version is affected by a candidate (OSV schema, "Evaluation"): by its list or by any of its ranges. */
export function evaluate({ scheme }: PackageAdvisories, candidate: Candidate, text: string): Hit | undefined {
  const version = readVersion(scheme, text);
  const isGuess = version.parts === undefined;
  for (const range of scheme.isOutOfOrder?.(text) ? [] : candidate.ranges) {
    const stretch = findStretch(range, text);
    if (!stretch) continue;
    const end = stretch.fixed === undefined ? "with no fix" : `fixed in ${stretch.fixed}`;
    const reason = `${text} is in the range from ${stretch.introduced}, ${end} (${range.scheme.name} order)`;
    return { candidate, fixed: stretch.fixed, reason, isGuess };
  }
  const listed = candidate.rule.v?.find((entry) => isSame(version, readVersion(scheme, entry), scheme));
  return listed === undefined ? undefined : { candidate, reason: `${text} is listed as ${listed}`, isGuess };
}

function isSame(a: Version<unknown>, b: Version<unknown>, scheme: PackageAdvisories["scheme"]): boolean {
  return a.text === b.text || compareVersions(scheme, a, b) === 0;
}
