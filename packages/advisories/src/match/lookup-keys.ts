import type { Inventory, Package } from "@tidewaiter/inventory";
import { keyText, type PackageKey } from "../store/changes.ts";
import { distributionKeys, isDistributionType } from "./ecosystem-keys.ts";
import { distributionLookups, languageLookup } from "./lookup.ts";
import { setAsideReason } from "./set-aside.ts";

/**
 * Every key under which an inventory's packages may be looked up, whatever the present data holds: they tell whether an
 * update's changes concern it.
 */
export function lookupKeys(inventory: Inventory): PackageKey[] {
  const distribution = possibleKeys(inventory);
  const keys = new Map<string, PackageKey>();
  for (const found of inventory.packages) {
    for (const { ecosystem, name } of keysOf(found, distribution))
      keys.set(keyText({ ecosystem, name }), { ecosystem, name });
  }
  return [...keys.values()];
}

/** Keys of the distribution with its parent, and those of extended maintenance. */
export function possibleKeys({ operatingSystem }: Inventory): readonly string[] {
  const exact = operatingSystem ? distributionKeys(operatingSystem, true) : [];
  return [...new Set([...exact, ...exact.map((key) => key.split(":")[0] ?? key)])];
}

/** The keys of one package. */
export function keysOf(found: Package, distribution: readonly string[]): readonly PackageKey[] {
  if (setAsideReason(found)) return [];
  if (isDistributionType(found.type)) return distribution.flatMap((key) => distributionLookups(found, key));
  const lookup = languageLookup(found);
  return lookup ? [lookup] : [];
}
