import type { Inventory, Package } from "../model.ts";

type Json = Readonly<Record<string, unknown>>;

const ARCHIVE = /\.(?:jar|war|ear|par|sar|jpi|hpi|nar|lpkg)$/i;

interface Found {
  /** Path of the archive, with `/` before what lies inside another. */
  readonly location: string;
  readonly entry: Package;
}

/** Packages that were found in Java archives, and the others. */
export function splitArchives(packages: readonly Package[]): { archived: Package[]; others: Package[] } {
  const groups = Map.groupBy(packages, ({ type, locations }) => {
    const [path = ""] = locations[0]?.path.split("!/") ?? [];
    return type === "maven" && ARCHIVE.test(path);
  });
  return { archived: groups.get(true) ?? [], others: groups.get(false) ?? [] };
}

/**
 * What the vendor looks Java archives up by: coordinates, or the archive's SHA-1 where those are not known. One list for
 * each folder, by its path.
 */
export function jarFingerprints(archived: readonly Package[], inventory: Inventory): Map<string, Json[]> {
  const digests = sha1Digests(inventory);
  const found = archived.flatMap((entry) => entry.locations.map(({ path }) => ({ location: toLocation(path), entry })));
  const byArchive = Map.groupBy(found, ({ location }) => location);
  // What nothing names is known by its digest alone; what a system package brought is no application.
  const named = new Set(inventory.packages.flatMap(({ locations }) => locations.map(({ path }) => toLocation(path))));
  const unknown = [...digests.keys()].filter((location) => !named.has(location));
  const locations = [...byArchive.keys(), ...unknown].sort();
  const all = locations.map((location) => ({
    folder: folderOf(location),
    json: fingerprint(location, byArchive.get(location) ?? [], digests.get(location)),
  }));
  return new Map(
    [...Map.groupBy(all, ({ folder }) => folder)].map(([folder, list]) => [folder, list.map(({ json }) => json)]),
  );
}

function sha1Digests({ fileDigests = [] }: Inventory): Map<string, string> {
  const sha1 = fileDigests.filter(({ digest }) => digest.startsWith("sha1:"));
  return new Map(sha1.map(({ path, digest }) => [`/${path}`, digest.slice("sha1:".length)]));
}

/** The archive's own coordinates are those that its name begins with, or the only ones; the others were shaded into it. */
function fingerprint(location: string, found: readonly Found[], digest: string | undefined): Json {
  const fileName = location.slice(location.lastIndexOf("/") + 1);
  const known = found.map(({ entry }) => entry).filter(({ namespace, version }) => namespace && version);
  const own = known.find(({ name }) => fileName.startsWith(name)) ?? (known.length === 1 ? known[0] : undefined);
  return {
    location,
    digest: own ? null : (digest ?? null),
    dependencies: known.filter((entry) => entry !== own).map(coordinates),
    ...(own && coordinates(own)),
  };
}

function coordinates(entry: Package): Json {
  return { groupId: entry.namespace, artifactId: entry.name, version: entry.version };
}

function toLocation(path: string): string {
  return `/${path.replaceAll("!/", "/")}`;
}

/** Of the outermost archive, also for what lies in others. */
function folderOf(location: string): string {
  const outer = location.split("/").findIndex((part) => ARCHIVE.test(part));
  return location.split("/").slice(0, outer).join("/") || "/";
}
