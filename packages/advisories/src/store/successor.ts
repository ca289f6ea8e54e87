import { BrokerError } from "@tidewaiter/runtime/errors";
import { baseEcosystem } from "../osv/ecosystems.ts";
import { openSnapshot, type Snapshot } from "./snapshot.ts";
import type { EcosystemStatus } from "./stored.ts";

/**
 * Refuses a new database that is older than the one in use in any ecosystem, or lacks one although sources and filter are
 * the same.
 *
 * @throws {BrokerError} ADVISORIES_OLDER, naming the ecosystem.
 */
export function checkSuccessor(livePath: string, draftPath: string): void {
  const live = openOrUndefined(livePath);
  if (!live) return;
  const draft = openSnapshot(draftPath);
  try {
    const isSameSelection = ["filter", "sources"].every((key) => live.meta.get(key) === draft.meta.get(key));
    const fresh = newestByBase(draft);
    for (const [name, before] of newestByBase(live)) {
      if (isSameSelection || fresh.has(name)) checkEcosystem(name, before, fresh.get(name));
    }
  } finally {
    live.close();
    draft.close();
  }
}

function checkEcosystem(name: string, before: string, after: string | undefined): void {
  if (after === undefined) throw new BrokerError("ADVISORIES_OLDER", `the new data holds nothing for ${name}`);
  if (after >= before) return;
  throw new BrokerError(
    "ADVISORIES_OLDER",
    `the new data is older than the present for ${name}: ${after}, here ${before}`,
  );
}

function newestByBase({ ecosystems }: Snapshot): ReadonlyMap<string, string> {
  const newest = new Map<string, string>();
  for (const { name, newest: modified } of ecosystems.values() as Iterable<EcosystemStatus>) {
    const base = baseEcosystem(name);
    if (modified > (newest.get(base) ?? "")) newest.set(base, modified);
  }
  return newest;
}

function openOrUndefined(path: string): Snapshot | undefined {
  try {
    return openSnapshot(path);
  } catch {
    return undefined;
  }
}
