import type { Inventory, OperatingSystem, PackageType } from "@tidewaiter/inventory";
import type { Snapshot } from "../store/snapshot.ts";
import { distributionKeys, isDistributionType, languageEcosystem } from "./ecosystem-keys.ts";
import { endOfLifeDate, isEndOfLife } from "./end-of-life.ts";

/** Whether somebody could have found anything: `not_covered` packages were not looked at, whatever the findings say. */
export const COVERAGE_STATES = ["covered", "not_covered", "end_of_life"] as const;
export type CoverageState = (typeof COVERAGE_STATES)[number];

/** How one kind of package of an image could be judged. */
export interface Coverage {
  /** `distribution`, or a package type. */
  readonly subject: "distribution" | PackageType;
  readonly state: CoverageState;
  /** Key of the advisories, where there is one. */
  readonly ecosystem?: string;
  /** Packages of the image that this is about. */
  readonly packages: number;
  /** `modified` of the newest record of the ecosystem. */
  readonly newest?: string;
  /** One sentence for people. */
  readonly message: string;
}

/** Keys under which the store really has records, and what to say about it. */
export interface DistributionCoverage {
  readonly keys: readonly string[];
  readonly coverage: Coverage | undefined;
}

export interface DistributionOptions {
  readonly now: Date;
  readonly isUbuntuPro?: boolean;
}

export function coverDistribution(
  snapshot: Snapshot,
  inventory: Inventory,
  options: DistributionOptions,
): DistributionCoverage {
  const packages = inventory.packages.filter(({ type }) => isDistributionType(type)).length;
  const os = inventory.operatingSystem;
  const subject = "distribution" as const;
  if (!os) {
    const message = "the image does not say what distribution it is, so its system packages could not be judged";
    return { keys: [], coverage: packages > 0 ? { subject, state: "not_covered", packages, message } : undefined };
  }
  const known = distributionKeys(os, options.isUbuntuPro);
  const keys = withParents(known).filter((key) => snapshot.ecosystems.has(key));
  const ecosystem = keys[0];
  if (ecosystem === undefined) {
    const end = isEndOfLife(os, options.now) ? `; it gets no updates since ${endOfLifeDate(os)}` : "";
    const message = `${describeMissing(os, known)}${end}`;
    return { keys, coverage: { subject, state: "not_covered", ecosystem: known[0], packages, message } };
  }
  const state = isEndOfLife(os, options.now) ? "end_of_life" : "covered";
  const newest = snapshot.ecosystems.get(ecosystem)?.newest;
  return { keys, coverage: { subject, state, ecosystem, packages, newest, message: describe(os, state) } };
}

/** A record for a distribution as a whole (`Debian` without a release) counts for each release, with less confidence. */
function withParents(keys: readonly string[]): readonly string[] {
  return [...new Set([...keys, ...keys.map((key) => key.split(":")[0] ?? key)])];
}

function describe(os: OperatingSystem, state: CoverageState): string {
  const name = releaseName(os);
  if (state === "end_of_life")
    return `${name} gets no updates since ${endOfLifeDate(os)}: what was found after that is not in its advisories`;
  if (os.id === "alpine") return `${name} is covered; Alpine lists only issues that it has fixed`;
  return `${name} is covered`;
}

function describeMissing(os: OperatingSystem, keys: readonly string[]): string {
  const name = releaseName(os);
  if (keys.length === 0) return `no advisories are known for ${name}, so its system packages could not be judged`;
  return `the advisory data holds nothing for ${name} (${keys[0]}), so its system packages could not be judged`;
}

function releaseName({ id, versionId, prettyName }: OperatingSystem): string {
  return prettyName ?? [id, versionId].filter(Boolean).join(" ");
}

/** One entry for each type of language package that the image has. */
export function coverLanguages(snapshot: Snapshot, inventory: Inventory): Coverage[] {
  const counts = new Map<PackageType, number>();
  for (const { type } of inventory.packages) {
    if (!isDistributionType(type)) counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return [...counts].sort().map(([type, packages]) => coverLanguage(snapshot, type, packages));
}

function coverLanguage(snapshot: Snapshot, type: PackageType, packages: number): Coverage {
  const ecosystem = languageEcosystem(type);
  const status = ecosystem === undefined ? undefined : snapshot.ecosystems.get(ecosystem);
  if (status) {
    const message = `${type} packages are covered by ${ecosystem}`;
    return { subject: type, state: "covered", ecosystem, packages, newest: status.newest, message };
  }
  const message = ecosystem
    ? `the advisory data holds nothing for ${ecosystem}, so ${type} packages could not be judged`
    : `nobody publishes advisories for ${type} packages in a form that can be matched`;
  return { subject: type, state: "not_covered", ecosystem, packages, message };
}
