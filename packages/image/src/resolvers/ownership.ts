import type { OperatingSystem } from "@tidewaiter/inventory";
import type { FoundPackage } from "../detectors/detector.ts";
import { elfNote } from "../detectors/elf-note.ts";
import type { Draft, ImageDraft } from "../overlay/draft.ts";
import { packagePurl } from "../overlay/package-purl.ts";

const SYSTEM_TYPES: ReadonlySet<string> = new Set(["deb", "apk", "rpm", "alpm", "ebuild", "opkg"]);

/**
 * Marks packages whose files belong to a package of the distribution: Debian's python3-requests is judged by Debian, and
 * must not be counted again as PyPI's requests.
 */
export function resolveOwnership(draft: ImageDraft): ImageDraft {
  const owners = ownersByPath(draft);
  const listed = listedNames(draft.packages);
  if (owners.size === 0 && listed.size === 0) return draft;
  const packages = draft.packages.flatMap((entry) => {
    const isNote = entry.detector === elfNote.id;
    if (isNote && listed.has(`${entry.found.type} ${entry.found.name}`)) return [];
    if (SYSTEM_TYPES.has(entry.found.type) && !isNote) return [entry];
    const ownedBy = entry.locations.map(({ path }) => owners.get(outerPath(path))).find((purl) => purl !== undefined);
    if (!ownedBy) return [entry];
    return isNote || isProgram(entry.found) ? [] : [{ ...entry, ownedBy }];
  });
  return { ...draft, packages };
}

/** Names and source names in the data bases; what a program's own note says again is one of these. */
function listedNames(packages: readonly Draft[]): ReadonlySet<string> {
  const listed = packages.filter(({ found, detector }) => SYSTEM_TYPES.has(found.type) && detector !== elfNote.id);
  return new Set(
    listed.flatMap(({ found: { type, name, source } }) => [`${type} ${name}`, `${type} ${source?.name ?? name}`]),
  );
}

/** A program known by its version text is the distribution's package itself, not something inside it. */
function isProgram({ type }: FoundPackage): boolean {
  return type === "generic";
}

/** A location within an archive ends at the archive itself for the distribution. */
function outerPath(path: string): string {
  const inner = path.indexOf("!/");
  return inner < 0 ? path : path.slice(0, inner);
}

function ownersByPath({ image, packages, operatingSystem }: ImageDraft): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  const own = (paths: readonly string[], purl: string): void => {
    for (const path of paths) owners.set(image.resolve(path) ?? path, purl);
  };
  for (const { found } of packages) if (found.owns) own(found.owns, purlOf(found, operatingSystem));
  const byName = new Map(packages.filter(({ found }) => found.type === "deb").map(({ found }) => [found.name, found]));
  for (const { detection } of image.facts) {
    const found = detection.owner && byName.get(detection.owner.name);
    if (found && detection.owner) own(detection.owner.owns, purlOf(found, operatingSystem));
  }
  return owners;
}

function purlOf(found: FoundPackage, operatingSystem: OperatingSystem | undefined): string {
  return packagePurl(found, operatingSystem);
}
