import { compareSeverity, type Finding, type Inventory, type Package } from "@tidewaiter/inventory";
import type { AdvisoryStore } from "../store/store.ts";
import { compareText } from "../versions/scheme.ts";
import { findMatches } from "./candidates.ts";
import { type Coverage, coverDistribution, coverLanguages } from "./coverage.ts";
import { composeFindings } from "./findings.ts";
import { countSetAside, type SetAside } from "./set-aside.ts";

export interface MatchOptions {
  /** Decides which distributions have reached their end; the present when left out. */
  readonly now?: Date;
  /** True for Ubuntu systems with Expanded Security Maintenance: its advisories count as well. */
  readonly isUbuntuPro?: boolean;
}

export interface MatchReport {
  /** Worst first. Vulnerabilities, notices and malware, told apart by `kind`. */
  readonly findings: readonly Finding[];
  /** What could be judged and what could not: an image is clean only where it was covered. */
  readonly coverage: readonly Coverage[];
  /** Packages that were not judged by their numbers, and why. */
  readonly setAside: readonly SetAside[];
  /** When the advisory data was built, ISO 8601. */
  readonly dataBuiltAt: string;
}

/**
 * Matches an inventory against the advisories. Blocks the thread for milliseconds for usual images.
 *
 * @throws {BrokerError} ADVISORIES_MISSING when there is no data: no data is not "no findings".
 */
export function matchInventory(store: AdvisoryStore, inventory: Inventory, options: MatchOptions = {}): MatchReport {
  return {
    findings: matchPackages(store, inventory, inventory.packages, options),
    ...judgeable(store, inventory, options),
  };
}

/** Findings of some packages of an inventory. */
export function matchPackages(
  store: AdvisoryStore,
  inventory: Inventory,
  packages: readonly Package[],
  options: MatchOptions = {},
): Finding[] {
  const snapshot = store.snapshot();
  const { keys, coverage } = coverDistribution(snapshot, inventory, { ...options, now: options.now ?? new Date() });
  const isDead = coverage?.state === "end_of_life";
  const findings: Finding[] = [];
  for (const matches of findMatches(snapshot, packages, keys)) {
    for (const finding of composeFindings(snapshot, matches, isDead)) findings.push(finding);
  }
  return findings.sort(compareFindings);
}

/** What of an inventory could be judged. */
export function judgeable(
  store: AdvisoryStore,
  inventory: Inventory,
  options: MatchOptions = {},
): Omit<MatchReport, "findings"> {
  const snapshot = store.snapshot();
  const { coverage } = coverDistribution(snapshot, inventory, { ...options, now: options.now ?? new Date() });
  return {
    coverage: [...(coverage ? [coverage] : []), ...coverLanguages(snapshot, inventory)],
    setAside: countSetAside(inventory),
    dataBuiltAt: snapshot.meta.get("built") ?? "",
  };
}

/** Worst first, then by package and id. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    compareSeverity(a.severity, b.severity) || compareText(a.package.name, b.package.name) || compareText(a.id, b.id)
  );
}
