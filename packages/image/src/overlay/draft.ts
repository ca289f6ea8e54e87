import type { InventoryProblem, Location, OperatingSystem } from "@tidewaiter/inventory";
import type { FoundPackage } from "../detectors/detector.ts";
import type { MergedFact, MergedImage } from "./merged-image.ts";

/** A package on its way into the inventory: resolvers change and drop drafts before purls are written. */
export interface Draft {
  readonly found: FoundPackage;
  readonly detector: string;
  readonly locations: readonly Location[];
  /** Real paths of the files that tell of it. */
  readonly ownedBy?: string;
}

/** What resolvers work on. */
export interface ImageDraft {
  readonly image: MergedImage;
  readonly operatingSystem: OperatingSystem | undefined;
  readonly packages: readonly Draft[];
  readonly problems: readonly InventoryProblem[];
}

/** One step over the merged view: lock file against installed modules, ownership, archives in archives ... */
export type Resolver = (draft: ImageDraft) => ImageDraft;

/** Every package of every fact, each with the layer that it came with. */
export function draftsOf(facts: readonly MergedFact[], layerDigests: readonly string[]): Draft[] {
  return facts.flatMap((fact) =>
    fact.detection.packages.map((found) => {
      const layer = layerDigests[originOf(fact, found)];
      return {
        found,
        detector: fact.detector,
        locations: [{ path: found.within ? `${fact.path}!/${found.within}` : fact.path, ...(layer && { layer }) }],
      };
    }),
  );
}

/**
 * A data base is written anew by every layer that installs something; a package came with the lowest layer from which
 * on it stands in there unchanged.
 */
function originOf({ layer, earlier }: MergedFact, found: FoundPackage): number {
  let origin = layer;
  for (const before of earlier) {
    if (!namesOf(before.detection.packages).has(nameKey(found))) break;
    origin = before.layer;
  }
  return origin;
}

const nameSets = new WeakMap<readonly FoundPackage[], ReadonlySet<string>>();

function namesOf(packages: readonly FoundPackage[]): ReadonlySet<string> {
  const known = nameSets.get(packages);
  if (known) return known;
  const names = new Set(packages.map(nameKey));
  nameSets.set(packages, names);
  return names;
}

function nameKey({ namespace = "", name, version, architecture = "" }: FoundPackage): string {
  return `${namespace}\0${name}\0${version}\0${architecture}`;
}
