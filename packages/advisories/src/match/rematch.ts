import type { Finding, Inventory } from "@tidewaiter/inventory";
import type { PackageKey } from "../store/changes.ts";
import type { AdvisoryStore } from "../store/store.ts";
import { identityOf } from "./lookup.ts";
import { keysOf, keyText, possibleKeys } from "./lookup-keys.ts";
import { compareFindings, judgeable, type MatchOptions, type MatchReport, matchPackages } from "./match.ts";

/**
 * Matches again, after an update, only the packages of an inventory that the update's changes concern; the findings of
 * the others stay. Undefined when nothing in it is concerned.
 */
export function rematchInventory(
  store: AdvisoryStore,
  inventory: Inventory,
  previous: readonly Finding[],
  changes: readonly PackageKey[],
  options: MatchOptions = {},
): MatchReport | undefined {
  const changed = new Set(changes.map(keyText));
  const distribution = possibleKeys(inventory);
  const packages = inventory.packages.filter((found) =>
    keysOf(found, distribution).some((key) => changed.has(keyText(key))),
  );
  if (packages.length === 0) return undefined;
  const names = new Set(packages.map(identityOf));
  const whole = inventory.packages.filter((found) => names.has(identityOf(found)));
  const findings = matchPackages(store, inventory, whole, options);
  const kept = previous.filter((finding) => !names.has(identityOf(finding.package)));
  return { findings: [...kept, ...findings].sort(compareFindings), ...judgeable(store, inventory, options) };
}
