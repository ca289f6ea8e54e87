import type { Location, OperatingSystem, Package } from "@tidewaiter/inventory";
import type { Draft } from "./draft.ts";
import { namespaceOf, packagePurl } from "./package-purl.ts";

const MAX_LOCATIONS = 1_000;
const MAX_DEPENDENCIES = 5_000;

/** Drafts as packages of the inventory: the same package found in several places is one, sorted by purl. */
export function toPackages(drafts: readonly Draft[], os: OperatingSystem | undefined): Package[] {
  const byKey = Map.groupBy(drafts, (draft) => `${packagePurl(draft.found, os)}\0${draft.ownedBy ?? ""}`);
  const packages = [...byKey.values()].map((same) => toPackage(same, os));
  return packages.sort((a, b) => (a.purl < b.purl ? -1 : Number(a.purl > b.purl)));
}

function toPackage(same: readonly Draft[], os: OperatingSystem | undefined): Package {
  const [first, ...rest] = same;
  if (!first) throw new RangeError("a group without a member");
  const { qualifiers: _qualifiers, owns: _owns, within: _within, dependsOn, ...found } = first.found;
  const namespace = namespaceOf(first.found, os);
  const dependencies = [...new Set(same.flatMap((draft) => draft.found.dependsOn ?? []))].slice(0, MAX_DEPENDENCIES);
  const isDevelopment = same.every((draft) => draft.found.scope === "development");
  const scope = isDevelopment ? "development" : rest.concat(first).find((draft) => draft.found.scope)?.found.scope;
  return {
    ...found,
    ...(namespace && { namespace }),
    ...(scope && { scope: isDevelopment ? "development" : "production" }),
    ...(first.ownedBy && { ownedBy: first.ownedBy }),
    ...(dependsOn && dependencies.length > 0 && { dependsOn: dependencies }),
    purl: packagePurl(first.found, os),
    locations: distinct(same.flatMap(({ locations }) => locations)).slice(0, MAX_LOCATIONS),
  };
}

function distinct(locations: readonly Location[]): Location[] {
  return [...new Map(locations.map((location) => [location.path, location])).values()];
}
