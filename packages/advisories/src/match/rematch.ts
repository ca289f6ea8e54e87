import type { Finding, Inventory } from "@tidewaiter/inventory";
import type { PackageKey } from "../store/changes.ts";
import type { Snapshot } from "../store/snapshot.ts";
import type { AdvisoryStore } from "../store/store.ts";
import { isEndOfLife } from "./end-of-life.ts";
import { identityOf } from "./lookup.ts";
import { keysOf, possibleKeys } from "./lookup-keys.ts";
import {
  compareFindings,
  judgeable,
  type MatchOptions,
  type MatchReport,
  matchInventory,
  matchPackages,
} from "./match.ts";

/** What an inventory was found to have, and when the data was built that said so. */
export interface PreviousMatch {
  readonly findings: readonly Finding[];
  readonly dataBuiltAt: string;
}

/**
 * Brings the findings of an inventory up to the present data. Where that knows what it changed since, only the packages
 * concerned are matched, and of the other findings what is known of attacks is renewed; else all of it is matched.
 *
 * @throws {BrokerError} ADVISORIES_MISSING
 */
export function matchAgain(
  store: AdvisoryStore,
  inventory: Inventory,
  { findings, dataBuiltAt }: PreviousMatch,
  options: MatchOptions = {},
): MatchReport {
  const snapshot = store.snapshot();
  const changes = snapshot.changesSince(dataBuiltAt);
  if (!changes || endsBetween(inventory, new Date(dataBuiltAt), options.now ?? new Date())) {
    return matchInventory(store, inventory, options);
  }
  const current = findings.map((finding) => renewThreat(snapshot, finding));
  const rematched = rematchChanged(store, inventory, current, changes.has, options);
  return { findings: rematched, ...judgeable(store, inventory, options) };
}

function rematchChanged(
  store: AdvisoryStore,
  inventory: Inventory,
  previous: readonly Finding[],
  isChanged: (key: PackageKey) => boolean,
  options: MatchOptions,
): readonly Finding[] {
  const distribution = possibleKeys(inventory);
  const packages = inventory.packages.filter((found) => keysOf(found, distribution).some(isChanged));
  if (packages.length === 0) return previous;
  const names = new Set(packages.map(identityOf));
  const whole = inventory.packages.filter((found) => names.has(identityOf(found)));
  const kept = previous.filter((finding) => !names.has(identityOf(finding.package)));
  return [...kept, ...matchPackages(store, inventory, whole, options)].sort(compareFindings);
}

/** True when the distribution got its last update in the meantime: then states change without any record. */
export function endsBetween({ operatingSystem }: Pick<Inventory, "operatingSystem">, from: Date, to: Date): boolean {
  return operatingSystem !== undefined && isEndOfLife(operatingSystem, from) !== isEndOfLife(operatingSystem, to);
}

/** Scores and the catalogue of exploited flaws change by the day. */
function renewThreat(snapshot: Snapshot, finding: Finding): Finding {
  const { exploited, epss } = snapshot.threat(finding.id);
  return { ...finding, isKnownExploited: exploited !== undefined, epss };
}
