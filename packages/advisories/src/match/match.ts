import { compareSeverity, type Finding, type Inventory } from "@tidewaiter/inventory";
import type { AdvisoryStore } from "../store/store.ts";
import { matchPackage } from "./candidates.ts";
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
  const now = options.now ?? new Date();
  const snapshot = store.snapshot();
  const distribution = coverDistribution(snapshot, inventory, { ...options, now });
  const matches = inventory.packages.flatMap((found) => matchPackage(snapshot, found, distribution.keys));
  const findings = composeFindings(snapshot, matches, distribution.coverage?.state === "end_of_life");
  return {
    findings: findings.sort(compareFindings),
    coverage: [...(distribution.coverage ? [distribution.coverage] : []), ...coverLanguages(snapshot, inventory)],
    setAside: countSetAside(inventory),
    dataBuiltAt: snapshot.meta.get("built") ?? "",
  };
}

function compareFindings(a: Finding, b: Finding): number {
  const names = [a.package.name, a.id].join("\n") < [b.package.name, b.id].join("\n") ? -1 : 1;
  return compareSeverity(a.severity, b.severity) || names;
}
