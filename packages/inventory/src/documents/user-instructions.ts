import type { ImageFacts, Package } from "../model.ts";
import { vendorName } from "./dep-graph.ts";
import { dependencyIds, identify } from "./identifiers.ts";
import { type InstalledPackages, type InstallFacts, installFacts } from "./install-commands.ts";

const HOUR_MS = 60 * 60_000;
/** A base image is older than what was built upon it; the vendor takes this for the gap. */
const BUILD_HOURS = 5;

/** What the image's own RUN lines install, told from its base's by their age; undefined where the history does not tell them apart. */
export function detectUserInstructions({ history = [] }: ImageFacts): InstallFacts | undefined {
  const end = Date.parse(history.at(-1)?.createdAt ?? "");
  const own = history.filter(({ createdAt = "" }) => Math.abs(Date.parse(createdAt) - end) <= BUILD_HOURS * HOUR_MS);
  if (own.length === 0 || own.length === history.length) return undefined;
  const lines = own.filter(({ isEmpty, createdBy }) => !isEmpty && createdBy !== "");
  return installFacts(lines.map(({ createdBy }) => createdBy.replace("# buildkit", "")));
}

/** Adds what the named packages depend on, by the name of the source as the vendor does. */
export function withDependencies(named: InstalledPackages, packages: readonly Package[]): InstalledPackages {
  const all = identify(packages);
  const needs = dependencyIds(all);
  const entries = new Map(all.map(({ id, entry }) => [id, entry]));
  const expanded = new Map(Object.entries(named));
  for (const { id, entry } of all) {
    const origin = named[entry.name] ?? named[sourceName(entry)];
    if (!origin) continue;
    const queue = [id];
    const seen = new Set(queue);
    for (const current of queue) {
      const found = entries.get(current);
      if (found && !expanded.has(sourceName(found))) expanded.set(sourceName(found), origin);
      const next = (needs.get(current) ?? []).filter((target) => !seen.has(target));
      for (const target of next) seen.add(target);
      queue.push(...next);
    }
  }
  return Object.fromEntries(expanded);
}

/** The instruction that brought a package, when one of those did. */
export function instructionOf(entry: Package, installed: InstalledPackages): string | undefined {
  return (installed[entry.name] ?? installed[sourceName(entry)])?.instruction;
}

function sourceName(entry: Package): string {
  return vendorName(entry).split("/")[0] ?? entry.name;
}
