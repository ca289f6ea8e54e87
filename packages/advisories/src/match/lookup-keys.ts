import type { Inventory } from "@tidewaiter/inventory";
import type { PackageKey } from "../store/changes.ts";
import { distributionKeys, isDistributionType } from "./ecosystem-keys.ts";
import { distributionLookups, languageLookup } from "./lookup.ts";
import { setAsideReason } from "./set-aside.ts";

/**
 * Every key under which an inventory's packages may be looked up, whatever the present data holds. Kept beside a stored
 * inventory, they tell whether an update's changes concern it.
 */
export function lookupKeys(inventory: Inventory): PackageKey[] {
  const os = inventory.operatingSystem;
  const exact = os ? distributionKeys(os, true) : [];
  const distribution = [...new Set([...exact, ...exact.map((key) => key.split(":")[0] ?? key)])];
  const keys = new Map<string, PackageKey>();
  for (const found of inventory.packages) {
    if (setAsideReason(found)) continue;
    const language = isDistributionType(found.type) ? undefined : languageLookup(found);
    const lookups = language ? [language] : distribution.flatMap((key) => distributionLookups(found, key));
    for (const { ecosystem, name } of lookups) keys.set(`${ecosystem}\n${name}`, { ecosystem, name });
  }
  return [...keys.values()];
}
